using System.Buffers;
using System.Text;
using System.Text.Json;

namespace StreamEnricher.Cli.Api.Taps;

/// <summary>Writes JSON again without its secrets: by the names of members and by what texts look like. Numbers and order stay as they are.</summary>
internal static class Redactor
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 128 };
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = ApiJson.Options.Encoder, SkipValidation = true };

    /// <summary>Writes a value; a text that is no JSON becomes a JSON text.</summary>
    /// <param name="value">A JSON value, or any text.</param>
    /// <param name="writer">Receives one JSON value.</param>
    public static void Write(ReadOnlySpan<byte> value, Utf8JsonWriter writer)
    {
        var redacted = new ArrayBufferWriter<byte>(Math.Max(16, value.Length));
        if (TryRedact(value, redacted))
        {
            writer.WriteRawValue(redacted.WrittenSpan, skipInputValidation: true);
        }
        else
        {
            writer.WriteStringValue(SecretText.Redact(Encoding.UTF8.GetString(value)));
        }
    }

    private static bool TryRedact(ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        try
        {
            using var writer = new Utf8JsonWriter(output, Relaxed);
            var reader = new Utf8JsonReader(value, Deep);
            var any = false;
            for (var state = new State(); reader.Read(); any = true)
            {
                Copy(ref reader, writer, ref state);
            }

            return any;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, ref State state)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var name = reader.GetString()!;
                writer.WritePropertyName(name);
                state.NextIsSecret = SecretText.IsSecretName(name);
                return;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                state.Enter(reader.CurrentDepth);
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    writer.WriteStartObject();
                }
                else
                {
                    writer.WriteStartArray();
                }

                return;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                state.Leave(reader.CurrentDepth);
                return;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                state.Leave(reader.CurrentDepth);
                return;
            default:
                CopyScalar(ref reader, writer, state.TakeIsSecret());
                return;
        }
    }

    private static void CopyScalar(ref Utf8JsonReader reader, Utf8JsonWriter writer, bool isSecret)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            writer.WriteNullValue();
        }
        else if (isSecret)
        {
            writer.WriteStringValue(SecretText.Mask);
        }
        else if (reader.TokenType == JsonTokenType.String)
        {
            writer.WriteStringValue(SecretText.Redact(reader.GetString()!));
        }
        else
        {
            writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
        }
    }

    /// <summary>What is being copied: a secret's value may be an object or a list, and then all in it is one.</summary>
    private struct State()
    {
        private const int Nowhere = -1;
        private int _secretDepth = Nowhere;

        /// <summary>The next value belongs to a secret's name.</summary>
        public bool NextIsSecret { get; set; }

        public void Enter(int depth)
        {
            if (NextIsSecret && _secretDepth == Nowhere)
            {
                _secretDepth = depth;
            }

            NextIsSecret = false;
        }

        public void Leave(int depth) => _secretDepth = depth == _secretDepth ? Nowhere : _secretDepth;

        public bool TakeIsSecret()
        {
            var isSecret = NextIsSecret || _secretDepth != Nowhere;
            NextIsSecret = false;
            return isSecret;
        }
    }
}
