using Confluent.Kafka;

namespace StreamEnricher.Kafka.Transactions;

/// <summary>How a transaction ended.</summary>
internal enum TransactionOutcome
{
    /// <summary>Outputs and offsets are committed.</summary>
    Committed,

    /// <summary>Nothing of it is visible; it can be tried again.</summary>
    Aborted,

    /// <summary>The broker did not say; the sink's group will tell.</summary>
    Unknown,
}

/// <summary>How a transaction ended, and why.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Cause">What went wrong; null when nothing did.</param>
/// <param name="Failed">Records that could not be written, by their index among those that were sent.</param>
internal sealed record TransactionResult(TransactionOutcome Outcome, Error? Cause = null, IReadOnlyList<(int Index, Error Error)>? Failed = null);
