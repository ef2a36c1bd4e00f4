using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamEnricher.Cli.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Api.Status;

/// <summary>The running configuration as JSON, without secrets: every value that can hold one is masked by its type or its name, not by being remembered here.</summary>
internal static class PipelineView
{
    private const string Mask = "***";

    private static readonly string[] SecretWords = ["password", "secret", "key", "token", "jaas", "username", "pem", "credential", "oauthbearer"];

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new SecretConverter(), new TextConverter(), new SinkConverter(), new ProviderConverter(), new YamlConverter(), new TimeSpanConverter() },
    };

    /// <summary>The configuration.</summary>
    public static byte[] Of(PipelineOptions options) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Pipeline = options.Name,
            Kafka = options.Kafka with { Properties = options.Kafka.Properties.ToDictionary(static one => one.Key, static one => Show(one.Key, one.Value)) },
            options.Limits,
            options.Formats,
            Sources = Named(options.ReadSources),
            options.Attribution,
            options.Output,
            Sinks = Named(options.Sinks),
            options.DeadLetters,
            options.Api,
        },
        Json);

    /// <summary>A librdkafka property's value, masked when its name speaks of a secret.</summary>
    private static string Show(string name, string value) =>
        value.Length > 0 && SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) ? Mask : value;

    private static Dictionary<string, T> Named<T>(IEnumerable<KeyValuePair<string, T>> entries) => new(entries, StringComparer.Ordinal);

    /// <summary>The view is never read back.</summary>
    private abstract class WriteOnlyConverter<T> : JsonConverter<T>
    {
        public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException($"{typeof(T).Name} of a pipeline's view is only written.");
    }

    private sealed class SecretConverter : WriteOnlyConverter<Secret>
    {
        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    /// <summary>Any text may be an address with a password in it.</summary>
    private sealed class TextConverter : WriteOnlyConverter<string>
    {
        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(SafeUrl.Show(value));

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
    }

    private sealed class TimeSpanConverter : WriteOnlyConverter<TimeSpan>
    {
        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.TotalMilliseconds < 1000 ? $"{value.TotalMilliseconds:0}ms" : $"{value.TotalSeconds:0.###}s");
    }

    /// <summary>Writes what a sink really is, with the name of its kind.</summary>
    private sealed class SinkConverter : WriteOnlyConverter<SinkKind>
    {
        public override void Write(Utf8JsonWriter writer, SinkKind value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, value.GetType(), options);
    }

    private sealed class ProviderConverter : WriteOnlyConverter<ProviderOptions>
    {
        private const string Suffix = "ProviderOptions";

        public override void Write(Utf8JsonWriter writer, ProviderOptions value, JsonSerializerOptions options)
        {
            var type = value.GetType().Name;
            var name = type.EndsWith(Suffix, StringComparison.Ordinal) ? type[..^Suffix.Length] : "service";
            writer.WriteStartObject();
            writer.WritePropertyName(JsonNamingPolicy.SnakeCaseLower.ConvertName(name));
            JsonSerializer.Serialize(writer, value, value.GetType(), options);
            writer.WriteEndObject();
        }
    }

    private sealed class YamlConverter : WriteOnlyConverter<YamlNode>
    {
        public override bool CanConvert(Type typeToConvert) => typeof(YamlNode).IsAssignableFrom(typeToConvert);

        public override void Write(Utf8JsonWriter writer, YamlNode value, JsonSerializerOptions options)
        {
            switch (value)
            {
                case YamlMappingNode map:
                    writer.WriteStartObject();
                    foreach (var (name, child) in map.Children)
                    {
                        writer.WritePropertyName(name.ToString());
                        Write(writer, child, options);
                    }

                    writer.WriteEndObject();
                    break;
                case YamlSequenceNode list:
                    writer.WriteStartArray();
                    foreach (var child in list.Children)
                    {
                        Write(writer, child, options);
                    }

                    writer.WriteEndArray();
                    break;
                case YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } when long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                    writer.WriteNumberValue(number);
                    break;
                case YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } truth:
                    writer.WriteBooleanValue(truth.Value == "true");
                    break;
                default:
                    writer.WriteStringValue((value as YamlScalarNode)?.Value);
                    break;
            }
        }
    }
}
