using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Makes the texts of <see cref="CommonText"/>: each once an event, whatever number of sinks write it.</summary>
internal static class CommonTexts
{
    /// <summary>Makes those that depend on the event's place, id and time.</summary>
    public static void Begin(EnrichScratch scratch, LeaseText lease, long offset, UInt128 eventId, long seconds, int nanoseconds, int severity)
    {
        var tokens = scratch.Tokens;
        var start = tokens.Position;
        var room = tokens.Free(EventIdText.Length + TimestampFormatter.MaxLength + 2);
        EventIdText.Write(eventId, room);
        room[EventIdText.Length] = (byte)'"';
        var time = TimestampFormatter.WriteRfc3339(seconds, nanoseconds, room[(EventIdText.Length + 1)..], ref scratch.Days) + 2;
        room[EventIdText.Length + time - 1] = (byte)'"';
        tokens.Advance(EventIdText.Length + time);
        scratch.Text(CommonText.EventId) = new FieldValue(ValuePlace.Scratch, start, EventIdText.Length);
        scratch.Text(CommonText.Time) = new FieldValue(ValuePlace.Scratch, start + EventIdText.Length, time);
        start = tokens.Position;
        tokens.Append(offset);
        scratch.Text(CommonText.Offset) = new FieldValue(ValuePlace.Scratch, start, tokens.Position - start);
        scratch.Text(CommonText.Severity) = SeverityWords.Value(severity);
        scratch.Text(CommonText.Topic) = lease.Topic;
        scratch.Text(CommonText.Position) = lease.Position;
        scratch.Text(CommonText.IndexedPosition) = lease.IndexedPosition;
    }

    /// <summary>Makes those that every sink's outputs may have of the event itself.</summary>
    public static void Event(in NormalizedEvent normalized)
    {
        var scratch = normalized.Scratch;
        scratch.Text(CommonText.Event) = new FieldValue(ValuePlace.Event, normalized.EventStart, normalized.EventLength);
        var service = TextPicker.Pick(normalized.Case.SourceService, normalized);
        scratch.Text(CommonText.SourceService) = service.IsPresent ? service : scratch.Text(CommonText.Topic);
        scratch.HasCommonMembers = false;
    }

    /// <summary>Makes those of the common event, unless another sink has them made.</summary>
    public static void CommonMembers(in NormalizedEvent normalized)
    {
        var scratch = normalized.Scratch;
        if (scratch.HasCommonMembers)
        {
            return;
        }

        scratch.HasCommonMembers = true;
        var one = normalized.Case;
        scratch.Text(CommonText.EventType) = TextPicker.Pick(one.EventType, normalized);
        scratch.Text(CommonText.Source) = PickOrNull(one.Source, normalized);
        scratch.Text(CommonText.Destination) = PickOrNull(one.Destination, normalized);
        scratch.Text(CommonText.Description) = PickOrNull(one.Description, normalized);
    }

    private static FieldValue PickOrNull(Formats.TextSource[] sources, in NormalizedEvent normalized) =>
        TextPicker.Pick(sources, normalized) is { IsPresent: true } found ? found : FixedTexts.Null;
}
