using StreamEnricher.Core.Sources;

namespace StreamEnricher.ConcurrencyTests.Ledger;

/// <summary>One partition, the groups that hold its progress, and what the sinks have stored: all that processes share.</summary>
/// <param name="end">Records in the partition.</param>
/// <param name="sinks">Sinks.</param>
internal sealed class Broker(int end, int sinks)
{
    private readonly HashSet<long>[] _stored = [.. Enumerable.Range(0, sinks).Select(static _ => new HashSet<long>())];
    private readonly long[] _places = new long[sinks];
    private long _main;

    /// <summary>One above the last offset.</summary>
    public int End => end;

    /// <summary>Generation of the main group: each assignment is a new one.</summary>
    public int Generation { get; private set; }

    /// <summary>Gives the partition to another member; returns where its sinks start.</summary>
    public long[] Assign()
    {
        Generation++;
        return [.. _places];
    }

    /// <summary>A sink stores records. It may have them: who delivers twice is told apart by the id.</summary>
    public void Store(int sink, IEnumerable<long> offsets) => _stored[sink].UnionWith(offsets);

    /// <summary>A member commits. The groups of the sinks have no members and take what comes; the main group refuses an old generation.</summary>
    public void Commit(PartitionProgress progress, int generation)
    {
        for (var sink = 0; sink < sinks; sink++)
        {
            _places[sink] = progress.BySink[sink];
            AssertStored(sink, _places[sink], $"generation {generation} committed {_places[sink]} for sink {sink}");
        }

        if (generation == Generation)
        {
            _main = progress.All;
        }

        for (var sink = 0; sink < sinks; sink++)
        {
            AssertStored(sink, _main, $"the main group stands at {_main}");
        }
    }

    /// <summary>Every sink has every record, and the groups say so.</summary>
    public void AssertComplete()
    {
        for (var sink = 0; sink < sinks; sink++)
        {
            AssertStored(sink, end, "all was settled");
            Assert.Equal(end, _places[sink]);
        }

        Assert.Equal(end, _main);
    }

    private void AssertStored(int sink, long next, string what)
    {
        for (var offset = 0L; offset < next; offset++)
        {
            Assert.True(_stored[sink].Contains(offset), $"{what}, and sink {sink} does not have {offset}");
        }
    }
}
