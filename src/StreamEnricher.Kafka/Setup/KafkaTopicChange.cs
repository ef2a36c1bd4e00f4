namespace StreamEnricher.Kafka.Setup;

/// <summary>What setup does about a topic.</summary>
/// <param name="Topic">Its name.</param>
/// <param name="Action">What is to be done.</param>
/// <param name="Config">Topic settings to be set.</param>
public sealed record KafkaTopicChange(string Topic, KafkaTopicAction Action, IReadOnlyDictionary<string, string> Config)
{
    /// <summary>One line for a person.</summary>
    public override string ToString()
    {
        var settings = string.Join(", ", Config.Select(static setting => $"{setting.Key}={setting.Value}"));
        return Action switch
        {
            KafkaTopicAction.Create => settings.Length > 0 ? $"Kafka topic {Topic}: create with {settings}" : $"Kafka topic {Topic}: create",
            KafkaTopicAction.Configure => $"Kafka topic {Topic}: set {settings}",
            _ => $"Kafka topic {Topic}: nothing to do",
        };
    }
}

/// <summary>Kinds of <see cref="KafkaTopicChange"/>.</summary>
public enum KafkaTopicAction
{
    /// <summary>It is as it should be.</summary>
    None,

    /// <summary>It does not exist.</summary>
    Create,

    /// <summary>It exists with settings that are too small.</summary>
    Configure,
}
