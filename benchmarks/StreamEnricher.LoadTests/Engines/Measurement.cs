using StreamEnricher.LoadTests.Scenarios;

namespace StreamEnricher.LoadTests.Engines;

/// <summary>What an engine did between two counts of arrived events.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="Events">Events that arrived.</param>
/// <param name="Cpu">CPU time of its process.</param>
internal sealed record Measurement(double Seconds, long Events, TimeSpan Cpu)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>CPU seconds a million events.</summary>
    public double CpuSecondsPerMillion => Cpu.TotalSeconds * 1e6 / Math.Max(1, Events);

    /// <summary>Events a second.</summary>
    public double EventsPerSecond => Events / Seconds;

    /// <summary>Measures from one count to another.</summary>
    /// <param name="engine">Its CPU.</param>
    /// <param name="count">Events arrived.</param>
    /// <param name="from">Starts here: code is optimised and connections are made by then.</param>
    /// <param name="to">Ends here.</param>
    /// <exception cref="InvalidOperationException">The engine ended, or did not get there within five minutes.</exception>
    public static async Task<Measurement> OfCountAsync(EngineProcess engine, Func<long> count, long from, long to)
    {
        await WaitAsync(engine, count, from);
        var (begun, first, cpu) = (TimeProvider.System.GetTimestamp(), count(), engine.CpuTime);
        await WaitAsync(engine, count, to);
        return new Measurement(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, count() - first, engine.CpuTime - cpu);
    }

    /// <summary>Measures for so long.</summary>
    public static async Task<Measurement> OfTimeAsync(EngineProcess engine, Arrivals arrivals, Func<long> count, TimeSpan warmUp, TimeSpan duration)
    {
        await Task.Delay(warmUp);
        var (begun, first, cpu) = (TimeProvider.System.GetTimestamp(), count(), engine.CpuTime);
        arrivals.IsMeasuring = true;
        await Task.Delay(duration);
        arrivals.IsMeasuring = false;
        return new Measurement(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, count() - first, engine.CpuTime - cpu);
    }

    private static async Task WaitAsync(EngineProcess engine, Func<long> count, long until)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); count() < until; await Task.Delay(LookInterval))
        {
            if (engine.HasExited || TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new InvalidOperationException($"The engine {(engine.HasExited ? "ended" : "got stuck")} at {count()} of {until} events: {engine.Errors}");
            }
        }
    }
}
