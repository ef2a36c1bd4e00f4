using StreamEnricher.Core.Intelligence;

namespace StreamEnricher.Delivery.Intelligence;

/// <summary>A group of objects under delivery: cuts it into envelopes that are self-contained, dependencies first.</summary>
/// <remarks>
/// An envelope repeats what its objects refer to, although the destination may have it: a consumer that takes envelopes one by one (OpenCTI, MISP) drops what it cannot resolve. One
/// that would not fit with its dependencies goes without them: they went before it. One thread at a time.
/// </remarks>
internal sealed class StixGroup
{
    private readonly IReadOnlyList<StixDelivery> _objects;
    private readonly Dictionary<string, int> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<int> _refused = [];

    /// <param name="objects">The group, dependencies first.</param>
    public StixGroup(IReadOnlyList<StixDelivery> objects)
    {
        _objects = objects;
        for (var i = 0; i < objects.Count; i++)
        {
            _byId.TryAdd(objects[i].Id, i);
        }
    }

    /// <summary>An object of the group.</summary>
    public StixDelivery this[int index] => _objects[index];

    /// <summary>Indices of the objects that have to be sent: not those that the destination has, and of equal versions one.</summary>
    public Queue<int> ToSend(SentObjects sent)
    {
        var seen = new HashSet<(string, string?)>();
        return new Queue<int>(Enumerable.Range(0, _objects.Count).Where(i => seen.Add((_objects[i].Id, _objects[i].Modified)) && !sent.Contains(_objects[i])));
    }

    /// <summary>Keeps an object that was refused out of further envelopes.</summary>
    public void Refuse(int index) => _refused.Add(index);

    /// <summary>Takes the next envelope off the objects that have to be sent.</summary>
    /// <param name="open">Indices of the objects to send, ascending.</param>
    /// <param name="maxObjects">Most objects of an envelope, dependencies included.</param>
    /// <param name="maxBytes">Most bytes of its body.</param>
    public StixEnvelope Next(Queue<int> open, int maxObjects, int maxBytes)
    {
        var wanted = new List<int>();
        var all = new SortedSet<int>();
        var bytes = StixEnvelope.Frame;
        while (open.TryPeek(out var index))
        {
            var more = WithDependencies(index).Where(i => !all.Contains(i)).ToList();
            var size = more.Sum(i => _objects[i].Json.Length + 1);
            if (all.Count + more.Count > maxObjects || bytes + size > maxBytes)
            {
                if (wanted.Count > 0)
                {
                    break;
                }

                open.Dequeue();
                return Bare(index);
            }

            open.Dequeue();
            wanted.Add(index);
            all.UnionWith(more);
            bytes += size;
        }

        return new StixEnvelope(wanted, [.. all]);
    }

    /// <summary>An envelope of some of another one's objects.</summary>
    public StixEnvelope Part(IReadOnlyList<int> wanted) => new(wanted, [.. wanted.SelectMany(WithDependencies).Distinct().Order()]);

    /// <summary>An envelope of one object without its dependencies.</summary>
    public static StixEnvelope Bare(int index) => new([index], [index]);

    /// <summary>The object and all that it refers to within the group, directly or not.</summary>
    private List<int> WithDependencies(int index)
    {
        var found = new List<int>();
        Collect(index, found);
        return found;
    }

    private void Collect(int index, List<int> found)
    {
        if (found.Contains(index))
        {
            return;
        }

        found.Add(index);
        foreach (var reference in _objects[index].References)
        {
            if (_byId.TryGetValue(reference, out var other) && !_refused.Contains(other))
            {
                Collect(other, found);
            }
        }
    }
}

/// <summary>The objects of one request.</summary>
/// <param name="Wanted">Indices of those that the request is for, ascending.</param>
/// <param name="All">These and what they refer to, dependencies first.</param>
internal sealed record StixEnvelope(IReadOnlyList<int> Wanted, IReadOnlyList<int> All)
{
    private static readonly byte[] Open = [.. "{\"objects\":["u8];
    private static readonly byte[] End = [.. "]}"u8];

    /// <summary>Bytes of a body beside its objects and their commas.</summary>
    public static int Frame => Open.Length + End.Length;

    /// <summary>It can be halved.</summary>
    public bool IsSplittable => Wanted.Count > 1;

    /// <summary>It has dependencies beside its one object.</summary>
    public bool HasDependencies => All.Count > Wanted.Count;

    /// <summary>The TAXII envelope, or the same in another frame.</summary>
    /// <param name="group">The group.</param>
    /// <param name="open">What stands before the objects; null for a TAXII envelope.</param>
    public byte[] Body(StixGroup group, byte[]? open = null)
    {
        using var body = new MemoryStream();
        body.Write(open ?? Open);
        var isFirst = true;
        foreach (var index in All)
        {
            if (!isFirst)
            {
                body.WriteByte((byte)',');
            }

            isFirst = false;
            body.Write(group[index].Json.Span);
        }

        body.Write(End);
        return body.ToArray();
    }
}
