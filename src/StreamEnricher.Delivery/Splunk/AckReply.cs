using System.Globalization;
using System.Text.Json;

namespace StreamEnricher.Delivery.Splunk;

/// <summary>Reads what the acknowledgement endpoint says: <c>{"acks":{"7":true,"8":false}}</c>. True is said once; false means not yet, lost, or never heard of.</summary>
internal static class AckReply
{
    /// <summary>Reads a reply; false when it is none, and then it says nothing of any request.</summary>
    /// <param name="body">The reply's body.</param>
    /// <param name="indexed">Receives the ids that are true.</param>
    public static bool TryRead(ReadOnlySpan<byte> body, List<long> indexed)
    {
        indexed.Clear();
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !reader.Read()
                || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("acks"u8) || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var id = long.Parse(reader.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);
                reader.Read();
                if (reader.TokenType == JsonTokenType.True)
                {
                    indexed.Add(id);
                }
            }

            if (reader.TokenType == JsonTokenType.EndObject && reader.Read() && reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException or InvalidOperationException)
        {
            // Half a reply says nothing.
        }

        indexed.Clear();
        return false;
    }
}
