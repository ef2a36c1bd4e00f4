namespace StreamEnricher.Kafka.Retention;

/// <summary>How long the records of a partition have until they are deleted by age, from a few offsets whose time is known. Pure.</summary>
/// <remarks>Kafka deletes whole segments by their youngest record, so a record may live longer than this says, but not shorter.</remarks>
internal sealed class AgeMarks
{
    private static readonly TimeSpan LeastMargin = TimeSpan.FromMinutes(5);

    private readonly TimeSpan _retention;
    private readonly long _low;
    private readonly IReadOnlyList<long> _offsets;

    /// <param name="retention">Age at which records are deleted.</param>
    /// <param name="low">The first offset that the partition has.</param>
    /// <param name="offsets">For each of <see cref="SharesOf"/> the first offset whose record has at least so much left.</param>
    public AgeMarks(TimeSpan retention, long low, IReadOnlyList<long> offsets) => (_retention, _low, _offsets) = (retention, low, offsets);

    /// <summary>Below this records are about to be deleted: they have less than a twentieth of the retention left, or than five minutes, at most half of it.</summary>
    public long ExpiresBelow => _offsets[0];

    /// <summary>Parts of the retention, ascending: the margin, the part that is short enough to warn, and more, up to all of it.</summary>
    public static IReadOnlyList<double> SharesOf(TimeSpan retention)
    {
        var margin = Math.Clamp(LeastMargin / retention, 0.05, 0.5);
        var warn = Math.Min(0.9, margin * 4);
        return [margin, warn, Between(0.33), Between(0.66), 1];

        double Between(double part) => warn + ((1 - warn) * part);
    }

    /// <summary>How long the record at an offset has; zero when it may go at any time.</summary>
    public TimeSpan Left(long offset)
    {
        var shares = SharesOf(_retention);
        var (below, share) = (_low, 0.0);
        for (var i = 0; i < shares.Count; i++)
        {
            if (offset < _offsets[i])
            {
                var part = _offsets[i] > below ? (double)Math.Max(0, offset - below) / (_offsets[i] - below) : 0;
                return _retention * (share + (part * (shares[i] - share)));
            }

            (below, share) = (_offsets[i], shares[i]);
        }

        return _retention;
    }

    /// <summary>So little is left that somebody should know.</summary>
    public bool IsShort(TimeSpan left) => left < _retention * SharesOf(_retention)[1];
}
