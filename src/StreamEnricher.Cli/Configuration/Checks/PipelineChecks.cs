using System.Buffers;
using System.Text.RegularExpressions;
using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>What no single key can tell: names that must exist, keys that must fit each other.</summary>
internal static partial class PipelineChecks
{
    private static readonly TimeSpan RegexTimeout = TimeSpan.FromSeconds(1);
    private static readonly SearchValues<char> RegexCharacters = SearchValues.Create("*+[(\\|");

    /// <summary>Fills in what follows from other keys.</summary>
    public static PipelineOptions Complete(PipelineOptions options) => options with
    {
        Kafka = options.Kafka.GroupId.Length > 0 ? options.Kafka : options.Kafka with { GroupId = options.Name },
        Sinks =
        [
            .. options.Sinks.Select(sink => sink.Value.Kind is ElasticsearchOptions { DataStream.Length: 0 } elastic
                ? new KeyValuePair<string, SinkOptions>(sink.Key, sink.Value with { Kind = elastic with { DataStream = $"logs-streamenricher.{options.Name}-default" } })
                : sink),
        ],
    };

    /// <summary>Reports everything that is wrong.</summary>
    public static void Run(PipelineOptions options, Inventory inventory, ReadContext context)
    {
        if (options.Name.Length > 0 && !PipelineName().IsMatch(options.Name))
        {
            context.Error("pipeline", $"the name {options.Name} may hold only a-z, 0-9, '.', _ and -, and starts with a letter or digit");
        }

        CheckKafka(options, context);
        CheckSources(options, inventory, context);
        AttributionChecks.Run(options, inventory, context);
        SinkChecks.Run(options, context);
        CheckLoops(options, context);
        CheckLimits(options, context);
        ApiChecks.Run(options, context);
    }

    private static void CheckKafka(PipelineOptions options, ReadContext context)
    {
        foreach (var server in options.Kafka.BootstrapServers.Split(','))
        {
            if (!HostAndPort().IsMatch(server.Trim()))
            {
                context.Error("kafka.bootstrap_servers", $"{server.Trim()} is not host:port", "such as localhost:9092, several with commas");
            }
        }

        if (!KafkaName().IsMatch(options.Kafka.GroupId) && options.Kafka.GroupId.Length > 0)
        {
            context.Error("kafka.group_id", $"the group {options.Kafka.GroupId} may hold only letters, digits, '.', _ and -");
        }
    }

    private static void CheckSources(PipelineOptions options, Inventory inventory, ReadContext context)
    {
        if (context.IsSet("sources") && options.Sources.Count == 0)
        {
            context.Error("sources", "there is no source", "name: { topics: [a_topic], format: auto }");
        }

        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, source) in options.Sources)
        {
            if (source.Topics.Count == 0 && context.IsList($"sources.{name}.topics"))
            {
                context.Error($"sources.{name}.topics", $"the source {name} has no topic");
            }

            for (var index = 0; index < source.Topics.Count; index++)
            {
                CheckTopic($"sources.{name}.topics.{index}", source.Topics[index], context);
                if (!owners.TryAdd(source.Topics[index], name))
                {
                    context.Error($"sources.{name}.topics.{index}", $"the topic {source.Topics[index]} belongs to the source {owners[source.Topics[index]]} already");
                }
            }

            CheckFormat($"sources.{name}.format", source.Format, options, inventory, context);
        }
    }

    private static void CheckFormat(string path, string format, PipelineOptions options, Inventory inventory, ReadContext context)
    {
        if (format == "auto" || inventory.Formats.Contains(format))
        {
            return;
        }

        if (format.Contains('/', StringComparison.Ordinal) || format.EndsWith(".yaml", StringComparison.Ordinal))
        {
            if (!File.Exists(options.FullPath(format)))
            {
                context.Error(path, $"there is no format file {options.FullPath(format)}");
            }
        }
        else if (!options.Formats.Any(folder => File.Exists(Path.Combine(options.FullPath(folder), format + ".yaml"))))
        {
            context.Error(path, $"there is no format {format}", Suggestion.For(format, ["auto", .. inventory.Formats.Order(StringComparer.Ordinal)]));
        }
    }

    private static void CheckTopic(string path, string topic, ReadContext context)
    {
        if (!topic.StartsWith('^'))
        {
            CheckTopicName(path, topic, context);
            return;
        }

        try
        {
            _ = new Regex(topic, RegexOptions.CultureInvariant, RegexTimeout);
        }
        catch (ArgumentException exception)
        {
            context.Error(path, $"{topic} is no regular expression: {exception.Message}");
        }
    }

    /// <summary>Reports a name that Kafka does not take.</summary>
    internal static void CheckTopicName(string path, string topic, ReadContext context)
    {
        if (!KafkaName().IsMatch(topic) || topic.Length > 249 || topic is "." or "..")
        {
            var suggestion = topic.AsSpan().ContainsAny(RegexCharacters) ? $"a regular expression starts with ^: ^{topic}" : "letters, digits, '.', _ and -, at most 249";
            context.Error(path, $"{topic} is no name of a Kafka topic", suggestion);
        }
    }

    private static void CheckLoops(PipelineOptions options, ReadContext context)
    {
        var outputs = options.Sinks.Select(sink => sink.Value.Kind switch
        {
            KafkaSinkOptions kafka => ($"sinks.{sink.Key}.kafka.topic", kafka.Topic, $"the sink {sink.Key}"),
            StixOptions { To: StixTopic to } => ($"sinks.{sink.Key}.stix.to.kafka.topic", to.Topic, $"the sink {sink.Key}"),
            _ => ("", "", ""),
        }).Append(("dead_letters.kafka.topic", options.DeadLetters?.Topic ?? "", "the dead letter queue"));
        foreach (var (path, topic, who) in outputs.Where(output => output.Item2.Length > 0))
        {
            CheckTopicName(path, topic, context);
            foreach (var (name, source) in options.ReadSources)
            {
                if (source.Topics.FirstOrDefault(pattern => ApiSource.Covers(pattern, topic)) is { } pattern)
                {
                    context.Error(path, $"a loop: {who} writes to {topic}, which the source {name} reads ({pattern})", "write to another topic, or narrow the source");
                }
            }
        }
    }

    private static void CheckLimits(PipelineOptions options, ReadContext context)
    {
        var batch = options.Limits.Batch;
        if (batch.Bytes is < MemoryNeed.SmallestBatch or > MemoryNeed.LargestBatch)
        {
            context.Error("limits.batch.bytes", "limits.batch.bytes must be from 64KiB to 256MiB");
            return;
        }

        var needed = MemoryNeed.Of(options);
        if (options.Limits.Memory < needed)
        {
            context.Error(
                "limits.memory",
                $"limits.memory of {Units.FormatSize(options.Limits.Memory)} is below what this pipeline needs",
                $"at least {Units.FormatSize(needed)}, or a smaller limits.batch.bytes");
        }

        if (options.Limits.DrainTimeout < TimeSpan.FromSeconds(1))
        {
            context.Error("limits.drain_timeout", "limits.drain_timeout must be at least 1s");
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]*$")]
    private static partial Regex PipelineName();

    [GeneratedRegex(@"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._*-]+):\d{1,5}$")]
    internal static partial Regex HostAndPort();

    [GeneratedRegex("^[A-Za-z0-9._-]+$")]
    private static partial Regex KafkaName();
}
