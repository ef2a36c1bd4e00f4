using Confluent.Kafka;

namespace StreamEnricher.Kafka.Clients;

/// <summary>Puts a client's properties together: this product's defaults, then the operator's, then what must not be changed.</summary>
internal static class ClientProperties
{
    private const string ClientId = "streamenricher";

    /// <summary>Properties of a client, in librdkafka's names.</summary>
    /// <param name="connection">Address and the operator's properties.</param>
    /// <param name="defaults">Values that the operator's win over.</param>
    /// <param name="required">Values that win over the operator's, because delivery or progress depend on them.</param>
    public static Dictionary<string, string> Merge(
        KafkaConnection connection, IReadOnlyDictionary<string, string>? defaults = null, IReadOnlyDictionary<string, string>? required = null)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal) { ["client.id"] = ClientId };
        foreach (var set in (IReadOnlyDictionary<string, string>?[])[defaults, connection.Properties, required])
        {
            foreach (var (name, value) in set ?? new Dictionary<string, string>())
            {
                merged[name] = value;
            }
        }

        merged["bootstrap.servers"] = connection.BootstrapServers;
        return merged;
    }

    /// <summary>Builds a client; a property that librdkafka does not take is reported as the pipeline's.</summary>
    /// <exception cref="KafkaSetupException">A property is unknown or its value is invalid.</exception>
    public static T Build<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new KafkaSetupException($"The Kafka client refused its settings: {error.Message}. Check kafka.properties in the pipeline.", error);
        }
    }
}
