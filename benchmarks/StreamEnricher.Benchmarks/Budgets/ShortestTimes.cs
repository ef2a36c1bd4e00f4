using System.Diagnostics;

namespace StreamEnricher.Benchmarks.Budgets;

/// <summary>
/// The shortest times of actions that take turns, so that other work on the machine hits all alike or none. Rounds go on until no time falls any more, because on a busy
/// machine the runtime takes its time to optimise the code.
/// </summary>
internal static class ShortestTimes
{
    private const int RoundsWithoutGain = 100;
    private const int MostRounds = 3000;
    private const double Gain = 0.99;
    private const int TimesARound = 4;

    /// <summary>Measures; the times are in the order of the actions.</summary>
    public static TimeSpan[] Of(params Action[] actions)
    {
        var times = Array.ConvertAll(actions, static _ => TimeSpan.MaxValue);
        for (int round = 0, gained = 0; round < MostRounds && round - gained < RoundsWithoutGain; round++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                var time = Time(actions[i]);
                gained = time < times[i] * Gain ? round : gained;
                times[i] = time < times[i] ? time : times[i];
            }
        }

        return times;
    }

    private static TimeSpan Time(Action action)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < TimesARound; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            var time = Stopwatch.GetElapsedTime(start);
            best = time < best ? time : best;
        }

        return best;
    }
}
