using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Formats.Decoding;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>A format, compiled: one scan plan for all its events, and for each of its cases what becomes of the scanned fields. Immutable.</summary>
internal sealed class FormatPlan
{
    public required string Name { get; init; }

    public required string? Title { get; init; }

    /// <summary>Formats that are only tried after this one when an event's format is looked for.</summary>
    public required IReadOnlyList<string> Before { get; init; }

    /// <summary>Vendor namespace of events that no case gives another.</summary>
    public required string VendorNamespace { get; init; }

    public required ScanPlan Scan { get; init; }

    /// <summary>Source path of each slot.</summary>
    public required IReadOnlyList<string> SlotPaths { get; init; }

    /// <summary>The condition by which an event is known to be of this format; null: none needed.</summary>
    public required SlotCondition? Recognise { get; init; }

    /// <summary>The same condition as written, for recognising among several formats.</summary>
    public required Condition? RecogniseCondition { get; init; }

    /// <summary>How events of this format are found in text; null: they are JSON objects only.</summary>
    public required DecodePlan? Decode { get; init; }

    /// <summary>Conditions of the cases, in order.</summary>
    public required SlotCondition[] When { get; init; }

    /// <summary>A plan for each condition, and one more for events that no condition takes.</summary>
    public required CasePlan[] Cases { get; init; }

    /// <summary>Finished JSON tokens that rules refer to.</summary>
    public required byte[] Constants { get; init; }
}

/// <summary>A condition whose fields are slots.</summary>
/// <param name="Condition">The condition.</param>
/// <param name="Slots">Slot of each of its fields.</param>
internal sealed record SlotCondition(Condition Condition, int[] Slots);

/// <summary>What becomes of the events of one case.</summary>
internal sealed class CasePlan
{
    public required string Name { get; init; }

    /// <summary>Place in <see cref="FormatPlan.Cases"/>.</summary>
    public required int Index { get; init; }

    /// <summary>Vendor namespace, dotted.</summary>
    public required string VendorNamespace { get; init; }

    public required CompiledRule[] Rules { get; init; }

    /// <summary>Number of values that the rules fill.</summary>
    public required int ValueCount { get; init; }

    /// <summary>Sources of the event time, in the order of preference.</summary>
    public required SourceRef[] Timestamps { get; init; }

    /// <summary>The ECS document.</summary>
    public required EcsProgram Ecs { get; init; }

    /// <summary>Value index of event.severity, or -1.</summary>
    public required int Severity { get; init; }

    /// <summary>Value index of event.kind, or -1.</summary>
    public required int Kind { get; init; }

    public required TextSource[] EventType { get; init; }

    public required TextSource[] Source { get; init; }

    public required TextSource[] Destination { get; init; }

    public required TextSource[] Description { get; init; }

    /// <summary>Slot of the first source of the description, which the attribution service gets, or -1.</summary>
    public required int DescriptionSlot { get; init; }

    /// <summary>Where host of a HEC envelope comes from.</summary>
    public required TextSource[] Host { get; init; }

    /// <summary>The producer's own name of the service; the topic when none is present.</summary>
    public required TextSource[] SourceService { get; init; }

    /// <summary>The producer's own event id.</summary>
    public required TextSource[] ProducerId { get; init; }

    /// <summary>Slot of the array of indicators to carry over, or -1.</summary>
    public required int RelatedIndicators { get; init; }

    /// <summary>Fields that are indicators.</summary>
    public required IndicatorPlan[] Indicators { get; init; }

    /// <summary>What attribution reads.</summary>
    public required AttributionSpec Attribution { get; init; }
}

/// <summary>A source field that is an indicator.</summary>
/// <param name="Source">Where it is.</param>
/// <param name="Type">Kind of value.</param>
/// <param name="TypeText">The same in the format's words.</param>
/// <param name="Role">Whose it is.</param>
internal sealed record IndicatorPlan(SourceRef Source, IndicatorType Type, string TypeText, IndicatorRole Role);
