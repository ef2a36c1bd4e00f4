using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>What goes into documents beside the mapped fields (pipeline: <c>output</c>).</summary>
internal sealed record OutputOptions
{
    /// <summary>What has no ECS home is kept under the vendor namespace, and the raw event in the common event.</summary>
    public bool KeepUnmapped { get; init; } = true;

    /// <summary>The raw event goes to <c>event.original</c>.</summary>
    public bool Original { get; init; }

    /// <summary>Documents carry the Kafka position.</summary>
    public bool KafkaPosition { get; init; } = true;

    /// <summary><c>event.id</c> is the producer's own id where it has one.</summary>
    public bool ProducerEventId { get; init; }

    /// <summary>Name of the pipeline: the HEC host of events that name none.</summary>
    public string Pipeline { get; init; } = "streamenricher";
}

/// <summary>ECS 9.4 documents, one a line: with an action line before each for <c>_bulk</c>, or alone for files.</summary>
internal sealed class EcsEncoder : SinkEncoder
{
    private readonly OutputOptions _options;
    private readonly DocumentLayout? _action;

    /// <param name="options">What goes into documents.</param>
    /// <param name="dataStream">Name in the action line, or null for documents alone.</param>
    public EcsEncoder(OutputOptions options, string? dataStream)
    {
        _options = options;
        _action = dataStream is null ? null : new DocumentLayoutBuilder()
            .Text($"{{\"create\":{{\"_index\":\"{dataStream}\",\"_id\":\"").Value(CommonText.EventId).Text("\"}}\n")
            .Build();
    }

    /// <inheritdoc />
    public override double Expansion => 3;

    /// <inheritdoc />
    public override void Encode(in NormalizedEvent normalized, EncodedBatch output)
    {
        var writer = normalized.Scratch.Output;
        writer.Attach(output);
        if (_action is not null)
        {
            DocumentWriter.Write(_action, normalized, writer);
        }

        DocumentWriter.WriteEcs(normalized, writer, _options);
        writer.Append((byte)'\n');
        output.Commit(normalized.Record, writer.Written);
        writer.Detach();
    }
}
