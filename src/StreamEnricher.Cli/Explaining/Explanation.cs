using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace StreamEnricher.Cli.Explaining;

/// <summary>The way of one event, hop by hop.</summary>
internal sealed record Explanation
{
    /// <summary>Topic that the event is taken to come from.</summary>
    public required string Topic { get; init; }

    /// <summary>Source entry of the pipeline.</summary>
    public required string Source { get; init; }

    /// <summary>Why it was refused before the fan-out; null when it was not.</summary>
    public ExplainedRefusal? Refused { get; init; }

    /// <summary>What the format made of it; null when it was refused.</summary>
    public ExplainedEvent? Event { get; init; }

    /// <summary>What each sink gets.</summary>
    public IReadOnlyList<ExplainedSink> Sinks { get; init; } = [];
}

/// <summary>Why an event becomes a dead letter.</summary>
internal sealed record ExplainedRefusal(string Reason, string Detail);

/// <summary>What the format and the attribution made of an event.</summary>
internal sealed record ExplainedEvent
{
    /// <summary>Identity.</summary>
    public required string EventId { get; init; }

    /// <summary>Format.</summary>
    public required string Format { get; init; }

    /// <summary>Case of the format; null when it has but one.</summary>
    public string? Case { get; init; }

    /// <summary>Severity from 0 to 100.</summary>
    public required int Severity { get; init; }

    /// <summary>ECS fields and where each comes from.</summary>
    public required IReadOnlyList<ExplainedField> Fields { get; init; }

    /// <summary>Where what has no ECS home goes.</summary>
    public required string VendorNamespace { get; init; }

    /// <summary>What has no ECS home; null for nothing.</summary>
    public JsonNode? LeftOver { get; init; }

    /// <summary>Values that a rule wanted and that do not fit its field; they are left over.</summary>
    public required IReadOnlyList<UnfitValue> Unfit { get; init; }

    /// <summary>The whole ECS document, with what is left over.</summary>
    [JsonIgnore]
    public JsonNode? Document { get; init; }

    /// <summary>Techniques with name, tactics and confidence.</summary>
    public required JsonNode Techniques { get; init; }

    /// <summary>Why it has them.</summary>
    public required JsonNode Evidence { get; init; }

    /// <summary>Overall confidence from 0 to 1.</summary>
    public required double ConfidenceScore { get; init; }

    /// <summary>A provider could not be asked.</summary>
    public required bool Degraded { get; init; }
}

/// <summary>One ECS field.</summary>
/// <param name="Field">Dotted name.</param>
/// <param name="From">Source path; null for a constant of the format.</param>
/// <param name="Value">Its value.</param>
internal sealed record ExplainedField(string Field, string? From, JsonNode? Value);

/// <summary>A value that does not fit the field that a rule wants it for.</summary>
/// <param name="Field">ECS field.</param>
/// <param name="From">Source path.</param>
/// <param name="Value">The value.</param>
internal sealed record UnfitValue(string Field, string From, JsonNode? Value);

/// <summary>What one sink gets.</summary>
/// <param name="Name">Name in the pipeline.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Address">Where it writes, without secrets.</param>
/// <param name="Outcome">sent, or why it gets nothing.</param>
/// <param name="Items">The exact bytes of each item as text.</param>
internal sealed record ExplainedSink(string Name, string Kind, string Address, string Outcome, IReadOnlyList<ExplainedItem> Items)
{
    /// <summary>What <see cref="Outcome"/> says of a sink that gets something.</summary>
    public const string Sent = "sent";
}

/// <summary>One item: a bulk action with its document, an envelope, an object.</summary>
/// <param name="Key">Kafka key; null for none.</param>
/// <param name="Value">The bytes as text.</param>
internal sealed record ExplainedItem(string? Key, string Value);
