using StreamEnricher.Cli.Configuration;
using StreamEnricher.Kafka.Producing;

namespace StreamEnricher.Cli.Api.Posting;

/// <summary>What became of one posted event.</summary>
/// <param name="Event">The common enriched event; empty when there is a problem.</param>
/// <param name="Status">HTTP status: 200, 413, 422 or 503.</param>
/// <param name="Problem">What is wrong, without secrets; null when nothing is.</param>
internal readonly record struct PostedResult(ReadOnlyMemory<byte> Event, int Status, string? Problem);

/// <summary>Takes posted events in: they are written to the API's topic, from where the pipeline delivers them like any other.</summary>
/// <param name="options">The pipeline.</param>
/// <param name="enricher">Makes the answer.</param>
/// <param name="writer">Writes to <c>api.topic</c>; null when none is configured.</param>
/// <param name="time">Clock of events that are not written.</param>
internal sealed class EventPoster(PipelineOptions options, RecordEnricher enricher, PositionedWriter? writer, TimeProvider time)
{
    /// <summary>Topic of the identity of events that are not written.</summary>
    private const string NoTopic = "api";

    /// <summary>Events can be delivered, not only enriched.</summary>
    public bool Delivers => writer is not null;

    /// <summary>Enriches events without writing them.</summary>
    /// <param name="values">Values of records.</param>
    /// <param name="cancellation">The caller went away.</param>
    public async Task<IReadOnlyList<PostedResult>> EnrichAsync(IReadOnlyList<byte[]> values, CancellationToken cancellation)
    {
        var entry = writer is null ? RecordEnricher.AnySource : ApiSource.EntryOf(options);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var enriched = await enricher.EnrichAsync([.. values.Select((value, index) => new RawRecord(entry, NoTopic, 0, index, now, value))], positioned: false, cancellation);
        return [.. enriched.Select(Judge)];
    }

    /// <summary>Writes events that can be enriched, and gives them as every sink gets them. What cannot be enriched is not written.</summary>
    /// <param name="values">Values of records.</param>
    /// <param name="cancellation">The caller went away: events may have been written.</param>
    /// <exception cref="InvalidOperationException">There is no topic, see <see cref="Delivers"/>.</exception>
    public async Task<IReadOnlyList<PostedResult>> DeliverAsync(IReadOnlyList<byte[]> values, CancellationToken cancellation)
    {
        if (writer is null)
        {
            throw new InvalidOperationException("api.topic is not set");
        }

        PostedResult[] results = [.. await EnrichAsync(values, cancellation)];
        int[] good = [.. Enumerable.Range(0, values.Count).Where(index => results[index].Problem is null)];
        var written = await writer.WriteAsync([.. good.Select(index => values[index])], cancellation);

        // The id needs the position, and that is known only now.
        var entry = ApiSource.EntryOf(options);
        int[] stored = [.. Enumerable.Range(0, good.Length).Where(index => written[index].IsStored)];
        var records = stored.Select(index => new RawRecord(entry, writer.Topic, written[index].Partition, written[index].Offset, written[index].Timestamp, values[good[index]]));
        var enriched = await enricher.EnrichAsync([.. records], positioned: true, cancellation);
        for (var i = 0; i < stored.Length; i++)
        {
            results[good[stored[i]]] = Judge(enriched[i]);
        }

        foreach (var index in Enumerable.Range(0, good.Length).Where(index => !written[index].IsStored))
        {
            results[good[index]] = Judge(written[index].Failure!);
        }

        return results;
    }

    private static PostedResult Judge(EnrichedRecord record) => record.Refused is { } refused
        ? new PostedResult(default, StatusCodes.Status422UnprocessableEntity, $"the event cannot be enriched, nothing was written: {refused.Reason}, {refused.Detail}")
        : new PostedResult(record.Event, StatusCodes.Status200OK, null);

    private PostedResult Judge(WriteFailure failure) => failure.TooLarge
        ? new PostedResult(default, StatusCodes.Status413PayloadTooLarge, $"the event is larger than the topic {writer!.Topic} takes; it was not written")
        : new PostedResult(
            default,
            StatusCodes.Status503ServiceUnavailable,
            $"Kafka did not confirm the event within {PositionedWriter.Patience.TotalSeconds:0} s: {failure.Reason}. It may be stored all the same; posting it again may deliver it twice, under two ids");
}
