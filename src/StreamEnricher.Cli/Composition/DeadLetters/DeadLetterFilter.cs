using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Composition.DeadLetters;

/// <summary>Which dead letters are meant. Several values of one kind are alternatives; what is empty takes all.</summary>
internal sealed record DeadLetterFilter
{
    /// <summary>Sinks that refused them; <c>*</c>: refused before the fan-out.</summary>
    public IReadOnlyList<string> Sinks { get; init; } = [];

    /// <summary>Reasons.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Event ids of the records.</summary>
    public IReadOnlyList<string> EventIds { get; init; } = [];

    /// <summary>Topics of the records.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Techniques of which at least one must be found in the record; T1059 takes T1059.001 too.</summary>
    public IReadOnlyList<string> Techniques { get; init; } = [];

    /// <summary>Refused at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Refused before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>It takes all.</summary>
    public bool TakesAll => !ChoosesWithin && Until is null;

    /// <summary>It takes some and leaves others beside them, so that a whole beginning of a topic is not what is meant.</summary>
    public bool ChoosesWithin => Sinks.Count + Reasons.Count + EventIds.Count + Topics.Count + Techniques.Count > 0 || Since is not null;

    /// <summary>Everything but the techniques, which must be looked for in the record.</summary>
    public bool Matches(StoredDeadLetter letter) =>
        (Sinks.Count == 0 || Sinks.Contains(letter.Sink, StringComparer.Ordinal))
        && (Reasons.Count == 0 || Reasons.Contains(letter.Reason, StringComparer.Ordinal))
        && (EventIds.Count == 0 || EventIds.Contains(letter.EventId, StringComparer.Ordinal))
        && (Topics.Count == 0 || Topics.Contains(letter.Topic, StringComparer.Ordinal))
        && (Since is not { } since || letter.Time >= since)
        && (Until is not { } until || letter.Time < until);

    /// <summary>Whether one of the techniques is among these.</summary>
    public bool MatchesTechnique(IEnumerable<string> found) => Techniques.Count == 0 || found.Any(id => Techniques.Any(wanted =>
        id.Equals(wanted, StringComparison.OrdinalIgnoreCase) || id.StartsWith(wanted + ".", StringComparison.OrdinalIgnoreCase)));
}
