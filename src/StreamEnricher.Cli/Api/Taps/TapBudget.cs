namespace StreamEnricher.Cli.Api.Taps;

/// <summary>How many events a tap may still show in this second, and what it did not show.</summary>
/// <param name="rate">Most events a second.</param>
/// <param name="time">Clock.</param>
internal sealed class TapBudget(int rate, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private long _began = time.GetTimestamp();
    private long _reported = time.GetTimestamp();
    private int _shown;
    private long _overRate;

    /// <summary>Events that may still be shown now.</summary>
    public int Left()
    {
        if (time.GetElapsedTime(_began) >= Period)
        {
            (_began, _shown) = (time.GetTimestamp(), 0);
        }

        return rate - _shown;
    }

    /// <summary>Notes what was done with a batch.</summary>
    public void Take(int shown, int overRate)
    {
        _shown += shown;
        _overRate += overRate;
    }

    /// <summary>Whether there is something to tell; at most once a second.</summary>
    public bool TryReport(Tap tap, out TapReport report)
    {
        report = new TapReport(new TapPassed(0, 0));
        if (time.GetElapsedTime(_reported) < Period)
        {
            return false;
        }

        _reported = time.GetTimestamp();
        report = new TapReport(new TapPassed(_overRate, tap.TakeSkipped()));
        _overRate = 0;
        return report.Passed is not { OverRate: 0, Unseen: 0 };
    }
}
