using System.Diagnostics;

namespace StreamEnricher.Cli.Benching.Stages;

/// <summary>Times pieces of work that take turns, so that whatever else the machine does hits all of them alike.</summary>
internal static class RoundRobin
{
    private const int LeastRounds = 9;

    /// <summary>The median time of each.</summary>
    /// <param name="work">Pieces of work.</param>
    /// <param name="budget">How long to go on; only the last two fifths of the rounds count, when the runtime has done with optimising.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static TimeSpan[] Medians(IReadOnlyList<Action> work, TimeSpan budget, CancellationToken cancellation)
    {
        var times = work.Select(static _ => new List<TimeSpan>()).ToArray();
        for (var begun = Stopwatch.GetTimestamp(); times[0].Count < LeastRounds || Stopwatch.GetElapsedTime(begun) < budget;)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < work.Count; i++)
            {
                var start = Stopwatch.GetTimestamp();
                work[i]();
                times[i].Add(Stopwatch.GetElapsedTime(start));
            }
        }

        return [.. times.Select(static one => Median(one[(one.Count * 3 / 5)..]))];
    }

    /// <summary>The value in the middle.</summary>
    private static TimeSpan Median(List<TimeSpan> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
