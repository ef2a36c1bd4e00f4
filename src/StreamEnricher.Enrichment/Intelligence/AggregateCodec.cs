using System.Text;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>The records of the state: partitions, windows and indicators as keys and values.</summary>
/// <remarks>
/// Numbers are little-endian, texts have their length before them (BinaryWriter). A key starts with a letter: p partition (topic, partition), w window (topic, partition, offset of its
/// first event, value), i indicator (value). A value starts with the version of its layout, 1.
/// </remarks>
internal static class AggregateCodec
{
    private const byte Partition = (byte)'p';
    private const byte Window = (byte)'w';
    private const byte Indicator = (byte)'i';
    private const byte Layout = 1;

    /// <summary>Key of an indicator.</summary>
    public static byte[] KeyOf(KnownIndicator indicator) => [Indicator, .. indicator.Key];

    /// <summary>Key of a window.</summary>
    public static byte[] KeyOf(OpenWindow window) => Bytes(writer =>
    {
        writer.Write(Window);
        writer.Write(window.Owner.Topic);
        writer.Write(window.Owner.Partition);
        writer.Write(window.FirstOffset);
        writer.Write(window.Indicator.Key);
    });

    /// <summary>The record of a partition.</summary>
    public static AggregateRecord Write(PartitionWindows windows) => new(
        Bytes(writer =>
        {
            writer.Write(Partition);
            writer.Write(windows.Topic);
            writer.Write(windows.Partition);
        }),
        Bytes(writer =>
        {
            writer.Write(Layout);
            writer.Write(windows.Next);
            writer.Write(windows.Watermark);
            writer.Write(windows.Length);
        }));

    /// <summary>The record of a window.</summary>
    public static AggregateRecord Write(OpenWindow window) => new(KeyOf(window), Bytes(writer =>
    {
        writer.Write(Layout);
        writer.Write(window.Start);
        writer.Write(window.Length);
        writer.Write(window.ClosesAt);
        writer.Write(window.Count);
        writer.Write(window.First);
        writer.Write(window.Last);
        writer.Write((byte)window.Confidence);
    }));

    /// <summary>The record of an indicator.</summary>
    public static AggregateRecord Write(KnownIndicator indicator) => new(KeyOf(indicator), Bytes(writer =>
    {
        var version = indicator.Version;
        writer.Write(Layout);
        writer.Write(indicator.IsUnsent);
        writer.Write(indicator.LastSeen);
        writer.Write(version.Created);
        writer.Write(version.Modified);
        writer.Write(version.ValidUntil);
        writer.Write((byte)version.Severity);
        writer.Write((byte)version.Confidence);
        writer.Write((ushort)version.Techniques.Count);
        foreach (var (technique, confidence, since) in version.Techniques)
        {
            writer.Write(technique.Id);
            writer.Write((byte)confidence);
            writer.Write(since);
        }
    }));

    /// <summary>Takes partitions in hand as the state has them, with their windows, and knows all indicators of it.</summary>
    /// <param name="records">All of the state, in any order, each key once.</param>
    /// <param name="partitions">The partitions.</param>
    /// <param name="aggregator">Gets it.</param>
    /// <param name="techniques">The release; techniques that it does not have any more are left out.</param>
    /// <exception cref="InvalidDataException">A record is of a later layout, or none of ours.</exception>
    public static void Restore(IReadOnlyCollection<AggregateRecord> records, IReadOnlyList<(string Topic, int Partition)> partitions, ObservationAggregator aggregator, StixTechniques techniques)
    {
        var begun = partitions.ToDictionary(static one => one, one => aggregator.Begin(one.Topic, one.Partition));
        foreach (var record in records.Where(static record => record.Key[0] == Indicator && record.Value is not null))
        {
            using var reader = Open(record);
            RestoreIndicator(record.Key[1..], reader, aggregator, techniques);
        }

        foreach (var record in records.Where(static record => record.Key[0] == Partition && record.Value is not null))
        {
            using var key = Reader(record.Key);
            if (begun.GetValueOrDefault((key.ReadString(), key.ReadInt32())) is { } windows)
            {
                using var reader = Open(record);
                (windows.Next, windows.Watermark, windows.Length) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
            }
        }

        // By offset, so that what is closed goes out in the order of its first events.
        foreach (var (record, windows, first, value) in records.Where(static record => record.Key[0] == Window && record.Value is not null)
            .Select(record => Place(record, begun)).Where(static one => one.Windows is not null).OrderBy(static one => one.First).ToList())
        {
            using var reader = Open(record);
            RestoreWindow(windows!, first, value, reader, aggregator);
        }
    }

    private static (AggregateRecord Record, PartitionWindows? Windows, long First, byte[] Value) Place(AggregateRecord record, Dictionary<(string, int), PartitionWindows> begun)
    {
        using var key = Reader(record.Key);
        var windows = begun.GetValueOrDefault((key.ReadString(), key.ReadInt32()));
        return (record, windows, key.ReadInt64(), key.ReadBytes(record.Key.Length));
    }

    private static void RestoreIndicator(byte[] key, BinaryReader reader, ObservationAggregator aggregator, StixTechniques techniques)
    {
        var isUnsent = reader.ReadBoolean();
        var lastSeen = reader.ReadInt64();
        var (created, modified, until) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        var (severity, confidence) = (reader.ReadByte(), reader.ReadByte());
        var indicated = new List<IndicatedTechnique>();
        for (var left = reader.ReadUInt16(); left > 0; left--)
        {
            var (id, score, since) = (reader.ReadString(), reader.ReadByte(), reader.ReadInt64());
            if (techniques.Find(id) is { } technique)
            {
                indicated.Add(new IndicatedTechnique(technique, score, since));
            }
        }

        var indicator = aggregator.Restore(key, KindOf(key), new IndicatorVersion(created, modified, until, severity, confidence, indicated));
        indicator.LastSeen = Math.Max(indicator.LastSeen, lastSeen);
        if (isUnsent)
        {
            aggregator.Retell(indicator);
        }
    }

    private static void RestoreWindow(PartitionWindows windows, long firstOffset, byte[] value, BinaryReader reader, ObservationAggregator aggregator)
    {
        var (start, length, closesAt, count, first, last) =
            (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        var confidence = reader.ReadByte();

        // Normally known; not when another process has forgotten it under pressure.
        var indicator = aggregator.Find(value) ?? aggregator.Restore(value, KindOf(value), new IndicatorVersion(first, first, 0, 0, 0, []));
        aggregator.Restore(new OpenWindow(windows, indicator, firstOffset)
        {
            Start = start,
            Length = length,
            ClosesAt = closesAt,
            Count = count,
            First = first,
            Last = last,
            Confidence = confidence,
        });
    }

    private static StixKind KindOf(byte[] key) => (key.Length > 0 ? StixKind.Of(key[0]) : null) ?? throw new InvalidDataException("the state has a value of an unknown kind");

    private static BinaryReader Open(AggregateRecord record)
    {
        var reader = Reader(record.Value!, from: 0);
        return reader.ReadByte() == Layout ? reader : throw new InvalidDataException("the state was written by a later release: run that one, or give the sink another state");
    }

    private static BinaryReader Reader(byte[] bytes, int from = 1) => new(new MemoryStream(bytes, from, bytes.Length - from), Encoding.UTF8);

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream(96);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }
}
