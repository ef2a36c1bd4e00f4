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

    /// <summary>The read-ahead of a sink that reads on its own gets one part in so many of the budget, within bounds.</summary>
    public const int CatchUpShare = 32;

    private const long LargestPrefetch = 96 << 20;
    private const long LargestCatchUpPrefetch = 24 << 20;
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
        var operators = options.Connection.Properties;
        var defaults = Defaults(Math.Clamp(memoryLimit / PrefetchShare, SmallestPrefetch, LargestPrefetch));
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
            // Starts are resolved here, so librdkafka resets only when an offset has expired under it: that must be told of, not skipped.
            ["auto.offset.reset"] = "error",
        };
        return new ConsumerProperties(ClientProperties.Merge(options.Connection, defaults, required)) { OffsetReset = reset };
    }

    /// <summary>Those of a consumer that reads partitions for one sink, outside of any group's membership.</summary>
    /// <param name="options">The source's options; properties of its connection win, but for those of group membership and of the read-ahead.</param>
    /// <param name="sink">The sink's name.</param>
    /// <param name="memoryLimit">The budget's limit in bytes.</param>
    public static ConsumerProperties OfCatchUp(KafkaSourceOptions options, string sink, long memoryLimit)
    {
        var required = Defaults(CatchUpPrefetch(memoryLimit));
        required["group.id"] = GroupOffsets.GroupOf(options.GroupId, sink);
        required["enable.auto.commit"] = "false";
        required["enable.auto.offset.store"] = "false";
        required["enable.partition.eof"] = "true";
        // What has expired under the reader must be told of, not skipped.
        required["auto.offset.reset"] = "error";
        return new ConsumerProperties(ClientProperties.Merge(GroupClient.WithoutMembership(options.Connection), required: required)) { OffsetReset = "error" };
    }

    /// <summary>Bytes of such a consumer's read-ahead.</summary>
    public static long CatchUpPrefetch(long memoryLimit) => Math.Clamp(memoryLimit / CatchUpShare, SmallestPrefetch, LargestCatchUpPrefetch);

    private static Dictionary<string, string> Defaults(long prefetch)
    {
        var third = Math.Max(prefetch / 3, SmallestRecordLimit);
        return new Dictionary<string, string>
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
