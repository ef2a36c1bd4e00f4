using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>One event as every encoder sees it: where its fields are, its time, id, severity and attribution. Valid during one call.</summary>
internal readonly ref struct NormalizedEvent
{
    /// <summary>The batch.</summary>
    public required EventBatch Batch { get; init; }

    /// <summary>Index of the record in the batch.</summary>
    public required int Record { get; init; }

    /// <summary>The buffer that slots point into: the batch's slab, or a compacted copy of an event that was written over several lines.</summary>
    public required ReadOnlySpan<byte> Buffer { get; init; }

    /// <summary>Values by slot of the format's plan.</summary>
    public required ReadOnlySpan<Slot> Slots { get; init; }

    /// <summary>Event time: seconds since 1970-01-01 UTC.</summary>
    public required long Seconds { get; init; }

    /// <summary>Event time: nanoseconds of the second.</summary>
    public required int Nanoseconds { get; init; }

    /// <summary>The event id as 32 lower-case hex digits.</summary>
    public required ReadOnlySpan<byte> EventId { get; init; }

    /// <summary>Severity from 0 to 100.</summary>
    public required int Severity { get; init; }

    /// <summary>The event is an alert (event.kind), not a mere observation.</summary>
    public required bool IsAlert { get; init; }

    /// <summary>Techniques, evidence and their ready-made JSON.</summary>
    public required RenderedAttribution Attribution { get; init; }

    /// <summary>What may be asked about or shared, each value once.</summary>
    public required ReadOnlySpan<IndicatorValue> Indicators { get; init; }

    /// <summary>Index of the event's opening brace in <see cref="Buffer"/>.</summary>
    public int EventStart { get; init; }

    /// <summary>Bytes from the opening to the closing brace.</summary>
    public int EventLength { get; init; }

    /// <summary>The event, without line breaks outside strings.</summary>
    public ReadOnlySpan<byte> Event => Buffer.Slice(EventStart, EventLength);

    /// <summary>The event's format.</summary>
    public FormatPlan Plan { get; init; }

    /// <summary>The case of the format that the event is.</summary>
    public CasePlan Case { get; init; }

    /// <summary>The worker's memory: values, unmapped members, writers.</summary>
    public EnrichScratch Scratch { get; init; }

    /// <summary>The value at an index of the case's plan; empty when absent.</summary>
    public ReadOnlySpan<byte> Value(int index) => Scratch.Bytes(Scratch.Values[index]);

    /// <summary>Bytes of a value.</summary>
    public ReadOnlySpan<byte> Bytes(in FieldValue value) => Scratch.Bytes(value);

    /// <summary>Text that indicators point into (values with their JSON escapes resolved).</summary>
    public required ReadOnlySpan<byte> IndicatorText { get; init; }
}
