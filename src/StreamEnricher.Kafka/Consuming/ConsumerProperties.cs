using System.Globalization;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>The consumer's librdkafka properties, and how many bytes its read-ahead takes from the budget.</summary>
internal sealed class ConsumerProperties
{
    /// <summary>Read-ahead gets one part in so many of the budget, within bounds.</summary>
    public const int PrefetchShare = 8;

    /// <summary>Read-ahead below this would stall every fetch, in bytes.</summary>
    public const long SmallestPrefetch = 3 << 20;

    private const long LargestPrefetch = 96 << 20;
    private const long SmallestRecordLimit = 1_000_000;

    private ConsumerProperties(Dictionary<string, string> all) => All = all;

    /// <summary>All properties.</summary>
    public Dictionary<string, string> All { get; }

    /// <summary>
    /// Bytes that the read-ahead takes at most: the queue once, the same again for what was taken from the queue but not yet copied, and one fetch under way.
    /// </summary>
    public long PrefetchBytes => (2 * Number("queued.max.messages.kbytes") << 10) + Number("fetch.max.bytes");

    /// <summary>Where to begin where nothing was ever committed: earliest, latest or error.</summary>
    public required string OffsetReset { get; init; }

    /// <summary>True when only records of committed transactions are read (librdkafka's default).</summary>
    public bool ReadCommitted => !All.TryGetValue("isolation.level", out var level) || level == "read_committed";

    /// <summary>True when the operator allows topics to be made by asking for them.</summary>
    public bool AllowsTopicCreation => All.TryGetValue("allow.auto.create.topics", out var allowed) && bool.TryParse(allowed, out var yes) && yes;

    /// <summary>Makes them.</summary>
    /// <param name="options">The source's options; properties of its connection win, but for those that progress depends on.</param>
    /// <param name="memoryLimit">The budget's limit in bytes.</param>
    public static ConsumerProperties Of(KafkaSourceOptions options, long memoryLimit)
    {
        var third = Math.Max(Math.Clamp(memoryLimit / PrefetchShare, SmallestPrefetch, LargestPrefetch) / 3, SmallestRecordLimit);
        var operators = options.Connection.Properties;
        var defaults = new Dictionary<string, string>
        {
            ["queued.max.messages.kbytes"] = Text(third >> 10),
            ["fetch.max.bytes"] = Text(third),
            ["fetch.message.max.bytes"] = Text(Math.Min(third, 1 << 20)),
            // Bytes bound the read-ahead, not the number of records; and a full queue is looked at again soon, not after a second.
            ["queued.min.messages"] = "1000000",
            ["fetch.queue.backoff.ms"] = "20",
            ["topic.metadata.refresh.interval.ms"] = "30000",
            ["socket.keepalive.enable"] = "true",
        };
        if (operators.GetValueOrDefault("group.protocol") != "consumer")
        {
            // In the new protocol the broker assigns; librdkafka refuses this property there.
            defaults["partition.assignment.strategy"] = "cooperative-sticky";
        }

        var reset = Reset(operators.GetValueOrDefault("auto.offset.reset") ?? "earliest");
        var required = new Dictionary<string, string>
        {
            ["group.id"] = options.GroupId,
            ["enable.auto.commit"] = "true",
            ["enable.auto.offset.store"] = "false",
            ["auto.commit.interval.ms"] = Text((long)options.CommitInterval.TotalMilliseconds),
            ["enable.partition.eof"] = "true",
            // Starts are resolved here, so librdkafka resets only when an offset has expired under it: never by skipping to the end.
            ["auto.offset.reset"] = reset == "error" ? "error" : "earliest",
        };
        return new ConsumerProperties(ClientProperties.Merge(options.Connection, defaults, required)) { OffsetReset = reset };
    }

    private static string Reset(string value) => value switch
    {
        "earliest" or "smallest" or "beginning" => "earliest",
        "latest" or "largest" or "end" => "latest",
        "error" or "none" => "error",
        _ => throw new KafkaSetupException($"kafka.properties auto.offset.reset is '{value}'; it can be earliest, latest or error."),
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private long Number(string name) =>
        long.TryParse(All[name], NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new KafkaSetupException($"kafka.properties {name} is '{All[name]}'; it must be a number.");
}
