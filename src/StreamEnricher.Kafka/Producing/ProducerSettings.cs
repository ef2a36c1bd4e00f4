namespace StreamEnricher.Kafka.Producing;

/// <summary>How a producer gathers, compresses and limits its records.</summary>
public sealed record ProducerSettings
{
    /// <summary>Codec of record batches: none, gzip, snappy, lz4 or zstd.</summary>
    public string Compression { get; init; } = "lz4";

    /// <summary>How long the client gathers records into one request.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Bytes that the client's own queue may hold; taken from the memory budget for as long as the process lives.</summary>
    public int QueueBytes { get; init; } = 16 << 20;

    /// <summary>Largest record that the client sends; the topic's own max.message.bytes decides below that.</summary>
    public int MaxRecordBytes { get; init; } = 16 << 20;

    /// <summary>Longest wait between two tries.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(15);

    internal Dictionary<string, string> Defaults() => new()
    {
        ["compression.type"] = Compression,
        ["linger.ms"] = Text(Linger.TotalMilliseconds),
        ["batch.size"] = "900000",
        ["queue.buffering.max.kbytes"] = Text(Math.Max(1, QueueBytes >> 10)),
        ["queue.buffering.max.messages"] = "0",
        ["message.max.bytes"] = Text(MaxRecordBytes),
        ["message.timeout.ms"] = "30000",
        ["socket.keepalive.enable"] = "true",
    };

    internal static IReadOnlyDictionary<string, string> Required { get; } = new Dictionary<string, string>
    {
        ["enable.idempotence"] = "true",
        ["acks"] = "all",
        ["dotnet.producer.delivery.report.fields"] = "none",
    };

    private static string Text(double number) => number.ToString("0", System.Globalization.CultureInfo.InvariantCulture);
}
