using System.Globalization;
using System.Text.Json;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Finds an element below an array slot: <c>0.rrname</c> of <c>[{"rrname":"a"}]</c>.</summary>
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
        for (var i = 0; i < steps.Count; i++)
        {
            if (!Enter(ref reader, steps[i]))
            {
                return default;
            }
        }

        var start = slot.Start + (int)reader.TokenStartIndex;
        var kind = TokenKinds.Of(ref reader);
        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
        {
            reader.Skip();
        }

        return new Slot(start, slot.Start + (int)reader.BytesConsumed - start, kind);
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
