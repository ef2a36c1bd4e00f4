using StreamEnricher.Cli.Benching.Receivers;

namespace StreamEnricher.Cli.Benching.Runs;

/// <summary>The counters of a run at one moment; two of them are a measurement.</summary>
internal sealed record BenchMoment(
    long Timestamp, TimeSpan Cpu, TimeSpan ReceiverCpu, long WireBytes, long Allocated, IReadOnlyList<int> Collections, TimeSpan Pause, IReadOnlyList<long> Events, IReadOnlyList<long> Bytes)
{
    /// <summary>The counters now.</summary>
    public static BenchMoment Now(IReadOnlyList<MeasuredSink> sinks, HttpReceiver? receiver, TimeProvider time) => new(
        time.GetTimestamp(),
        Environment.CpuUsage.TotalTime,
        receiver?.CpuTime ?? TimeSpan.Zero,
        receiver?.Bytes ?? 0,
        GC.GetTotalAllocatedBytes(),
        [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)],
        GC.GetTotalPauseDuration(),
        [.. sinks.Select(static sink => sink.Events)],
        [.. sinks.Select(static sink => sink.Bytes)]);

    /// <summary>What happened since an earlier moment.</summary>
    /// <param name="from">The earlier one.</param>
    /// <param name="sinks">The sinks, at rest.</param>
    /// <param name="eventBytes">Mean bytes of an event.</param>
    /// <param name="time">The clock of both.</param>
    public BenchFigures Since(BenchMoment from, IReadOnlyList<MeasuredSink> sinks, double eventBytes, TimeProvider time)
    {
        var seconds = time.GetElapsedTime(from.Timestamp, Timestamp).TotalSeconds;
        var events = Events.Zip(from.Events, static (after, before) => after - before).ToList();
        var least = events.Min();
        var receiver = ReceiverCpu - from.ReceiverCpu;
        return new BenchFigures
        {
            Seconds = seconds,
            Events = least,
            EventsPerSecond = least / seconds,
            MegabytesPerSecond = least / seconds * eventBytes / 1e6,
            CpuSecondsPerMillion = PerMillion((Cpu - from.Cpu - receiver).TotalSeconds, least),
            ReceiverCpuSecondsPerMillion = PerMillion(receiver.TotalSeconds, least),
            AllocatedBytesPerEvent = (double)(Allocated - from.Allocated) / Math.Max(1, least),
            Collections = [.. Collections.Zip(from.Collections, static (after, before) => after - before)],
            PauseMilliseconds = (Pause - from.Pause).TotalMilliseconds,
            WireMegabytesPerSecond = (WireBytes - from.WireBytes) / seconds / 1e6,
            Sinks =
            [
                .. sinks.Select((sink, index) => new SinkFigures(
                    sink.Name, events[index], events[index] / seconds, (Bytes[index] - from.Bytes[index]) / seconds / 1e6, sink.Latencies())),
            ],
        };
    }

    private static double PerMillion(double seconds, long events) => seconds * 1e6 / Math.Max(1, events);
}
