using StreamEnricher.Core.Batches;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;
using StreamEnricher.UnitTests.Engine.Pipeline;

namespace StreamEnricher.UnitTests.Engine.Isolation;

/// <summary>A running engine with a sink that takes everything and one whose answers the test gives; batches of ten records of one partition.</summary>
internal sealed class IsolationRig : IAsyncDisposable
{
    public const int BatchRecords = 10;
    public static readonly TimeSpan DetachAfter = TimeSpan.FromSeconds(2);

    private long _position;

    private IsolationRig(EngineRig engine, RecordingSink good, SteppedSink slow, RecordingDeadLetters letters, ManualCatchUp catchUp) =>
        (Rig, Good, Slow, Letters, CatchUp) = (engine, good, slow, letters, catchUp);

    public static EngineOptions Options { get; } = EngineRig.Options with { QueueCapacity = 1, NearRecords = 25, DetachedDrainTimeout = TimeSpan.FromDays(1), LeaveTimeout = TimeSpan.FromDays(1) };

    public EngineRig Rig { get; }

    public RecordingSink Good { get; }

    public SteppedSink Slow { get; }

    public RecordingDeadLetters Letters { get; }

    public ManualCatchUp CatchUp { get; }

    public PartitionLease Lease { get; private set; } = null!;

    public SinkStatus SlowStatus => Rig.Engine.Status().Sinks[1];

    /// <summary>What is settled in the slow sink.</summary>
    public long Settled => Rig.Source.Committed(Lease)?.BySink[1] ?? -1;

    public static IsolationRig Start(FakeEnricher? enricher = null, EngineOptions? options = null, long[]? starts = null, int partition = 0, int workers = 1,
        Func<SinkSlot, SinkSlot>? slot = null)
    {
        var time = EngineRig.NewTime();
        var (good, slow, letters, catchUp) = (new RecordingSink("good", time), new SteppedSink("slow", time), new RecordingDeadLetters(), new ManualCatchUp());
        var engine = EngineRig.Start(
            time, [good, slow], (enricher ?? new FakeEnricher(2)).EnrichAsync, letters, options ?? Options, workers: workers, catchUp: catchUp.ReadAsync, detachAfter: DetachAfter,
            slot: slot);
        var rig = new IsolationRig(engine, good, slow, letters, catchUp);
        rig.Assign(starts ?? [0, 0], partition);
        return rig;
    }

    public void Assign(long[] starts, int partition = 0)
    {
        Lease = new PartitionLease("source", "t", partition, starts);
        Rig.Source.Assign(Lease);
        _position = Lease.FirstNeeded == PartitionLease.Never ? starts.Max() : Lease.FirstNeeded;
    }

    /// <summary>The main flow reads so many batches; each is waited for.</summary>
    public async Task ReadAsync(int batches = 1)
    {
        for (var i = 0; i < batches; i++)
        {
            var batch = Rig.Batch(Lease, _position, BatchRecords);
            await Rig.UntilAsync(() => Rig.Source.TryPost(batch), TimeSpan.FromMilliseconds(1));
            _position += BatchRecords;
        }
    }

    /// <summary>The main flow reads until the slow sink holds it up, and goes on waiting until that is detached. One batch is being delivered then.</summary>
    public async Task<SteppedDelivery> DetachAsync()
    {
        await ReadAsync();
        var delivery = await Slow.NextAsync();
        await ReadAsync(3);
        await Rig.UntilAsync(() => !SlowStatus.Attached);
        await Rig.UntilAsync(() => Good.Counts.Count == _position);
        return delivery;
    }

    /// <summary>The next run of the slow sink's own reader.</summary>
    public async Task<CatchUpRun> NextRunAsync()
    {
        await Rig.UntilAsync(() => CatchUp.Waiting > 0);
        return CatchUp.Next();
    }

    /// <summary>Lets so much time pass, in steps that the engine sees.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var begun = Rig.Time.GetTimestamp();
        await Rig.UntilAsync(() => Rig.Time.GetElapsedTime(begun) >= time);
    }

    /// <summary>A run reads a range of a partition, and the slow sink takes it.</summary>
    public async Task CatchUpAsync(CatchUpRun run, long first, int count)
    {
        await PostAsync(run, first, count);
        (await Slow.NextAsync()).Accept();
    }

    /// <summary>A run reads a range of a partition.</summary>
    public Task PostAsync(CatchUpRun run, long first, int count)
    {
        var batch = EngineBatches.Of(run.Partition.Lease, first, count, Rig.Memory.TryReserve(4096)!, run.Partition.HasAlready);
        return Rig.UntilAsync(() => run.TryPost(batch), TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Waits until so much is settled in the slow sink and committed.</summary>
    public Task SettledAsync(long offset) => Rig.UntilAsync(() => Settled == offset);

    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}
