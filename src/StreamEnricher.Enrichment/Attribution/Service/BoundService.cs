using System.Globalization;
using System.Text.Json;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>The service provider for one format: finds the indicators of an event and their answers.</summary>
internal sealed class BoundService : BoundProvider
{
    private readonly AnswerBook _answers;
    private readonly TimeProvider _time;
    private readonly (byte[] Type, int Slot)[] _fields;
    private readonly int _related;

    public BoundService(AnswerBook answers, TimeProvider time, AttributionSpec spec)
    {
        _answers = answers;
        _time = time;
        _fields = [.. spec.Indicators.Select(field => (System.Text.Encoding.UTF8.GetBytes(field.Type), field.Slot))];
        _related = spec.RelatedIndicators?.Slot ?? -1;
    }

    /// <inheritdoc />
    public override void Collect(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, in AttributionContext context, AttributionScratch scratch)
    {
        var asked = new Asked(buffer, slots, context, scratch, _time.GetTimestamp());
        foreach (var (type, slot) in _fields)
        {
            var texts = new TextElements(buffer, slots[slot], scratch);
            while (texts.MoveNext())
            {
                scratch.Indicators.Begin();
                scratch.Indicators.SetType(type);
                scratch.Indicators.SetValue(texts.Current);
                Look(asked);
            }
        }

        if (_related >= 0 && slots[_related] is { Kind: TokenKind.Array } related)
        {
            ReadRelated(related.Token(buffer), asked);
        }
    }

    private void ReadRelated(ReadOnlySpan<byte> array, in Asked asked)
    {
        var indicator = asked.Scratch.Indicators;
        var reader = new Utf8JsonReader(array);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            indicator.Begin();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadMember(ref reader, asked.Scratch);
            }

            Look(asked);
        }
    }

    private static void ReadMember(ref Utf8JsonReader reader, AttributionScratch scratch)
    {
        var indicator = scratch.Indicators;
        if (reader.ValueTextEquals("type"u8))
        {
            indicator.SetType(ReadText(ref reader, scratch));
        }
        else if (reader.ValueTextEquals("value"u8))
        {
            indicator.SetValue(ReadText(ref reader, scratch));
        }
        else if (reader.ValueTextEquals("severity"u8))
        {
            indicator.SetSeverity(ReadText(ref reader, scratch));
        }
        else if (reader.ValueTextEquals("id"u8))
        {
            indicator.SetId(ReadText(ref reader, scratch));
        }
        else if (reader.ValueTextEquals("tags"u8))
        {
            ReadTags(ref reader, scratch);
        }
        else
        {
            reader.Skip();
        }
    }

    private static void ReadTags(ref Utf8JsonReader reader, AttributionScratch scratch)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                scratch.Indicators.AddTag(Text(ref reader, scratch));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>The value of a member: a string or number as text; empty for anything else.</summary>
    private static ReadOnlySpan<byte> ReadText(ref Utf8JsonReader reader, AttributionScratch scratch)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
        {
            return Text(ref reader, scratch);
        }

        reader.Skip();
        return default;
    }

    private static ReadOnlySpan<byte> Text(ref Utf8JsonReader reader, AttributionScratch scratch) =>
        reader.ValueIsEscaped ? scratch.Unescape(reader.ValueSpan) : reader.ValueSpan;

    private void Look(in Asked asked)
    {
        var (scratch, indicator) = (asked.Scratch, asked.Scratch.Indicators);
        if (!indicator.IsComplete)
        {
            return;
        }

        if (!indicator.HasSeverity)
        {
            indicator.SetSeverity(asked.Context.Severity);
        }

        var key = indicator.Finish();
        switch (_answers.TryGet(key, asked.Now, out var finding))
        {
            case AnswerState.Fresh:
                scratch.Counts.CacheHits++;
                scratch.Counts.Service += finding.Evidence.Count;
                if (!finding.IsEmpty)
                {
                    scratch.Add(finding);
                }

                return;
            case AnswerState.Stale:
                scratch.Counts.CacheStale++;
                break;
            default:
                scratch.Counts.CacheMisses++;
                break;
        }

        scratch.AddPending(_answers.AskAsync(key, MakeMessage, asked));
    }

    private static IndicatorMessage MakeMessage(byte[] key, Asked asked)
    {
        var scratch = asked.Scratch;
        var parts = IndicatorKeyBuilder.PartsOf(key);
        var id = scratch.Indicators.Id is { IsEmpty: false } own
            ? System.Text.Encoding.UTF8.GetString(own)
            : parts[0] + ":" + parts[1];
        var time = DateTimeOffset.FromUnixTimeSeconds(asked.Context.Seconds).AddTicks(asked.Context.Nanoseconds / TimeSpan.NanosecondsPerTick);
        var description = asked.Context.DescriptionSlot >= 0 && asked.Slots[asked.Context.DescriptionSlot] is { IsString: true } slot
            ? System.Text.Encoding.UTF8.GetString(scratch.Text(asked.Buffer, slot))
            : "";
        return new IndicatorMessage(
            id, time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture), parts[0], parts[1], parts[2], parts[3..], description);
    }

    /// <summary>The event that asks, and the time at which it does.</summary>
    private readonly ref struct Asked(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, AttributionContext context, AttributionScratch scratch, long now)
    {
        public ReadOnlySpan<byte> Buffer { get; } = buffer;

        public ReadOnlySpan<Slot> Slots { get; } = slots;

        public AttributionContext Context { get; } = context;

        public AttributionScratch Scratch { get; } = scratch;

        public long Now { get; } = now;
    }
}
