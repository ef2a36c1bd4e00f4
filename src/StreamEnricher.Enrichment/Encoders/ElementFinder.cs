using System.Globalization;
using System.Text.Json;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Finds an element below an array slot: <c>0.rrname</c> of <c>[{"rrname":"a"}]</c>; <c>*.rrname</c> is that of the first element that has a value there.</summary>
internal static class ElementFinder
{
    /// <summary>The element, or an absent slot.</summary>
    public static Slot Find(Slot slot, IReadOnlyList<byte[]> steps, ReadOnlySpan<byte> buffer)
    {
        if (slot.Kind is not (TokenKind.Array or TokenKind.Object))
        {
            return default;
        }

        var reader = new Utf8JsonReader(slot.Token(buffer));
        reader.Read();
        if (!Enter(ref reader, steps, 0))
        {
            return default;
        }

        var start = slot.Start + (int)reader.TokenStartIndex;
        var kind = TokenKinds.Of(ref reader);
        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
        {
            reader.Skip();
        }

        return new Slot(start, slot.Start + (int)reader.BytesConsumed - start, kind);
    }

    private static bool Enter(ref Utf8JsonReader reader, IReadOnlyList<byte[]> steps, int from)
    {
        for (var i = from; i < steps.Count; i++)
        {
            if (steps[i].AsSpan().SequenceEqual("*"u8))
            {
                return EnterAny(ref reader, steps, i + 1);
            }

            if (!Enter(ref reader, steps[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Goes to the first element below which the other steps lead to something that is not null.</summary>
    private static bool EnterAny(ref Utf8JsonReader reader, IReadOnlyList<byte[]> steps, int from)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            var element = reader;
            if (Enter(ref element, steps, from) && element.TokenType != JsonTokenType.Null)
            {
                reader = element;
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool Enter(ref Utf8JsonReader reader, byte[] step)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            if (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                return false;
            }

            for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
            {
                if (index-- == 0)
                {
                    return true;
                }

                reader.Skip();
            }

            return false;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            var found = reader.ValueTextEquals(step);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
