using System.IO.Hashing;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Formats.Decoding;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>What became of one record.</summary>
/// <param name="Rejection">It was refused.</param>
/// <param name="Pending">It waits for its attribution: process it again with the answer.</param>
/// <param name="Mismatch">Its declared format does not fit, or nothing recognises it: it was mapped as generic.</param>
internal readonly record struct ProcessOutcome(RejectedRecord? Rejection, PendingAttribution? Pending, bool Mismatch);

/// <summary>The way of one record: scan, recognise, apply rules, attribute, encode.</summary>
internal sealed class EventProcessor(FormatCatalog formats, OutputOptions output, EnrichedSink[] sinks, UnmappedFields unmapped, bool preview)
{
    private readonly FormatRecogniser _recogniser = formats.Recogniser();
    private readonly bool _conditional = sinks.Any(sink => sink.When is not null);

    /// <summary>Processes a record into <paramref name="outputs"/>.</summary>
    /// <param name="format">Its format; null: it is recognised.</param>
    /// <param name="attribution">The answer that it waited for, on the second time.</param>
    public ProcessOutcome Process(
        EventBatch batch, int index, FormatPlan? format, RenderedAttribution? attribution, Attributor attributor, EnrichScratch scratch, EncodedBatch?[] outputs)
    {
        ref var record = ref batch.Records[index];
        var source = new EventText(batch.Slab, record.ValueStart, Math.Max(record.ValueLength, 0));
        var (one, plan, status, mismatch) = Scan(ref source, format, record.Timestamp / 1000, scratch);
        if (status != ScanStatus.Ok)
        {
            var (reason, detail) = Rejections.Describe(status, scratch.Scan.ErrorAt, format?.Decode);
            return new ProcessOutcome(new RejectedRecord(index, reason, detail), null, false);
        }

        scratch.Begin(plan, one, source.Buffer);
        FieldEvaluator.Evaluate(scratch, source.Buffer);
        var (seconds, nanoseconds) = Time(one, record.Timestamp, scratch, source.Buffer);
        VendorWriter.CollectLeftovers(plan, scratch);
        scratch.Related.Read(source.Buffer, one.RelatedIndicators < 0 ? default : scratch.Scan.Slots[one.RelatedIndicators]);
        IndicatorCollector.Collect(one, scratch, source.Buffer);
        var isAlert = one.Kind >= 0 && scratch.Bytes(scratch.Values[one.Kind]).SequenceEqual("\"alert\""u8);
        var severity = Severity(one, scratch, isAlert);
        if (attribution is null)
        {
            var (topic, partition) = PlaceOf(batch, index);
            var context = new AttributionContext(SeverityWords.Word(severity), seconds, nanoseconds, one.DescriptionSlot, source.Start, source.Length)
            {
                EventId = record.EventId,
                Topic = preview ? null : topic,
                Partition = partition,
            };
            var outcome = attributor.Attribute(one.Attribution, source.Buffer, scratch.Scan.Slots, context, scratch.Attribution);
            if (outcome.Pending is { } pending)
            {
                return new ProcessOutcome(null, pending, mismatch);
            }

            attribution = outcome.Ready!;
        }

        scratch.Seen?.Note(attribution, index);
        var text = source.Trim();
        var lease = batch.Replay(index) is { } first ? new LeaseText(first.Topic, first.Partition) : scratch.TextOf(batch.Lease(index));
        scratch.SetTexts(lease, batch.Position(index).Offset, record.EventId, seconds, nanoseconds, severity);
        var normalized = new NormalizedEvent
        {
            Batch = batch,
            Record = index,
            Buffer = source.Buffer,
            EventStart = text.Start,
            EventLength = text.Length,
            Slots = scratch.Scan.Slots,
            Seconds = seconds,
            Nanoseconds = nanoseconds,
            EventId = scratch.Bytes(scratch.Text(CommonText.EventId)),
            Severity = severity,
            IsAlert = isAlert,
            Attribution = attribution,
            Indicators = scratch.Indicators,
            IndicatorText = scratch.IndicatorText.Span,
            Plan = plan,
            Case = one,
            Scratch = scratch,
        };
        CommonTexts.Event(normalized);
        Encode(normalized, outputs);
        if (UnmappedFields.IsSampled(batch.Records[index].Offset))
        {
            unmapped.Count(normalized);
        }

        return new ProcessOutcome(null, null, mismatch);
    }

    /// <summary>Sets the event id of a record (contract §3). Before anything else is done with it: a record that fails becomes a dead letter under its id.</summary>
    public static void Identify(EventBatch batch, int index) => batch.Records[index].EventId = XxHash128.HashToUInt128(batch.IdentityAndValue(index));

    private (CasePlan Case, FormatPlan Plan, ScanStatus Status, bool Mismatch) Scan(
        ref EventText source, FormatPlan? format, long recordSeconds, EnrichScratch scratch)
    {
        var plan = format;
        bool isDecoded;
        var isScanned = false;
        if (plan is null)
        {
            plan = _recogniser.Recognise(ref source, recordSeconds, scratch.Scan, scratch.Decoder, ref scratch.Recognised, out var recognised, out isDecoded, out isScanned);
            if (recognised != ScanStatus.Ok)
            {
                return (plan.Cases[^1], plan, recognised, false);
            }
        }
        else
        {
            isDecoded = TryDecodeValue(ref source, plan, recordSeconds, scratch);
        }

        var status = isScanned ? ScanStatus.Ok : JsonScanner.Scan(source.Buffer, source.Start, source.Length, plan.Scan, scratch.Scan);
        if (status == ScanStatus.Ok && !isDecoded && TryDecodeMember(ref source, plan, recordSeconds, scratch))
        {
            isDecoded = true;
            status = JsonScanner.Scan(source.Buffer, source.Start, source.Length, plan.Scan, scratch.Scan);
        }

        if (status == ScanStatus.Ok && scratch.Scan.HasLineBreak)
        {
            // One event must be one line in every output: take the line breaks between its tokens out once, before anything is copied.
            source = source.Compact();
            status = JsonScanner.Scan(source.Buffer, source.Start, source.Length, plan.Scan, scratch.Scan);
        }

        if (status != ScanStatus.Ok)
        {
            return (plan.Cases[^1], plan, status, false);
        }

        var one = scratch.MemoryOf(plan).Selector.Select(source.Buffer, scratch.Scan, out var isRecognised);
        if (format is null || (isRecognised && (isDecoded || format.Recognise is not null || format.Decode is null)))
        {
            return (one, plan, status, format is null && ReferenceEquals(plan, formats.Generic));
        }

        plan = formats.Generic;
        status = JsonScanner.Scan(source.Buffer, source.Start, source.Length, plan.Scan, scratch.Scan);
        return (scratch.MemoryOf(plan).Selector.Select(source.Buffer, scratch.Scan, out _), plan, status, true);
    }

    /// <summary>Of a format whose events are text, a value that is no object is one of them.</summary>
    private static bool TryDecodeValue(ref EventText source, FormatPlan plan, long recordSeconds, EnrichScratch scratch)
    {
        if (plan.Decode is not { } decode || !EventDecoder.IsText(source.Trimmed) || scratch.Decoder.Value(decode.Form, source.Trimmed, recordSeconds, sure: false) is not (>= 0 and var length))
        {
            return false;
        }

        source = new EventText(scratch.Decoder.Decoded, 0, length);
        return true;
    }

    /// <summary>The text may stand in a member of an object.</summary>
    private static bool TryDecodeMember(ref EventText source, FormatPlan plan, long recordSeconds, EnrichScratch scratch)
    {
        foreach (var slot in plan.Decode?.Slots ?? [])
        {
            if (scratch.Decoder.Member(plan.Decode!.Form, scratch.Scan.Slots[slot], source.Buffer, source.Trimmed, recordSeconds) is >= 0 and var length)
            {
                source = new EventText(scratch.Decoder.Decoded, 0, length);
                return true;
            }
        }

        return false;
    }

    /// <summary>Where a record stands; of one that was replayed where it stood first.</summary>
    private static (string Topic, int Partition) PlaceOf(EventBatch batch, int index)
    {
        if (batch.Replay(index) is { } first)
        {
            return (first.Topic, first.Partition);
        }

        var lease = batch.Lease(index);
        return (lease.Topic, lease.Partition);
    }

    private static (long Seconds, int Nanoseconds) Time(CasePlan one, long kafkaTimestamp, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        foreach (var source in one.Timestamps)
        {
            if (Converter.TryTime(scratch.Find(source, buffer), buffer, out var seconds, out var nanoseconds))
            {
                if (source.Rest is null)
                {
                    Bits.Set(scratch.Consumed, source.Slot);
                }

                return (seconds, nanoseconds);
            }
        }

        // Contract §4: without an event time it is the Kafka record's.
        var milliseconds = Math.Max(0, kafkaTimestamp);
        return (milliseconds / 1000, (int)(milliseconds % 1000) * 1_000_000);
    }

    /// <summary>An alert without a severity is medium; an observation is informational.</summary>
    private static int Severity(CasePlan one, EnrichScratch scratch, bool isAlert)
    {
        var token = one.Severity < 0 ? default : scratch.Bytes(scratch.Values[one.Severity]);
        return JsonNumber.TryParseInt64(token, out var severity) ? (int)Math.Clamp(severity, 0, 100) : isAlert ? 50 : 0;
    }

    private void Encode(in NormalizedEvent normalized, EncodedBatch?[] outputs)
    {
        var document = default(ReadOnlySpan<byte>);
        if (_conditional)
        {
            normalized.Scratch.Document.Reset();
            DocumentWriter.WriteEcs(normalized, normalized.Scratch.Document, output);
            document = normalized.Scratch.Document.Span;
        }

        var lease = normalized.Batch.Lease(normalized.Record);
        var offset = normalized.Batch.Records[normalized.Record].Offset;
        var only = normalized.Batch.Replay(normalized.Record)?.Sink;
        for (var i = 0; i < sinks.Length; i++)
        {
            if (offset < lease.SinkStarts[i] || (only is not null && only != sinks[i].Name) || (sinks[i].When is { } when && !Matches(when, document)))
            {
                continue;
            }

            var encoded = outputs[i] ??= new EncodedBatch(normalized.Batch, (int)Math.Min(1 << 28, normalized.Batch.UsedBytes * sinks[i].Encoder.Expansion));
            sinks[i].Encoder.Encode(normalized, encoded);
        }
    }

    private static bool Matches(Condition condition, ReadOnlySpan<byte> document)
    {
        var reader = new DocumentFieldReader(condition, document);
        return condition.Matches(ref reader);
    }
}
