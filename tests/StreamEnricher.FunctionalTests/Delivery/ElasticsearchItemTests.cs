using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery;

/// <summary>What a bulk reply says of single items.</summary>
public sealed class ElasticsearchItemTests
{
    [Fact]
    public async Task Documents_are_stored_by_one_well_formed_request()
    {
        await using var bench = await ElasticsearchBench.StartAsync();

        Assert.Empty(await bench.DeliverAsync(3));

        var request = Assert.Single(bench.Server.Requests);
        Assert.Equal("POST /_bulk", request.Route);
        Assert.Equal("application/x-ndjson", request.Header("Content-Type"));
        Assert.Empty(bench.Server.Bulk.Faults);
        Assert.Equal("""{"n":1}""", bench.Server.Bulk.Documents[SinkBatches.Id(1)]);
        Assert.Equal(3, bench.Counters.Events("delivered"));
        Assert.Equal(1, bench.Counters.Requests("200"));
        Assert.Empty(bench.Clock.Waits);
    }

    [Fact]
    public async Task A_batch_larger_than_a_request_is_cut()
    {
        await using var bench = await ElasticsearchBench.StartAsync(static options => options with { MaxRequestItems = 2 });
        Assert.Empty(await bench.DeliverAsync(5));
        Assert.Equal(["0 1", "2 3", "4"], bench.Sent);
    }

    [Fact]
    [Trait("Complaint", "vectordotdev/vector#25799")]
    public async Task Only_the_items_that_were_turned_away_are_sent_again()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        var busy = new HashSet<string> { SinkBatches.Id(1), SinkBatches.Id(4) };
        bench.Server.Bulk.Judge = (id, _) => busy.Contains(id) ? new BulkItemReply(429, "es_rejected_execution_exception", "queue full") : null;
        bench.Clock.Waiting = wait => busy.Remove(SinkBatches.Id(wait == 1 ? 1 : 4));

        Assert.Empty(await bench.DeliverAsync(6));

        Assert.Equal(["0 1 2 3 4 5", "1 4", "4"], bench.Sent);
        Assert.Equal(6, bench.Stored(6).Count());
        Assert.Equal(6, bench.Counters.Events("delivered"));
        Assert.Equal(0, bench.Counters.Events("duplicate"));
        Assert.Equal(3, bench.Counters.Retries("item"));
        Assert.Equal("item: es_rejected_execution_exception: queue full", bench.Sink.Health.LastError);
    }

    [Fact]
    [Trait("Complaint", "confluentinc/kafka-connect-elasticsearch#599")]
    public async Task A_document_that_is_there_already_is_settled_as_duplicate()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        Assert.Empty(await bench.DeliverAsync(3));
        Assert.Empty(await bench.DeliverAsync(4));
        Assert.Equal(4, bench.Counters.Events("delivered"));
        Assert.Equal(3, bench.Counters.Events("duplicate"));
        Assert.Equal(2, bench.Server.Requests.Count);
    }

    [Fact]
    [Trait("Complaint", "fluent/fluent-bit#4630")]
    public async Task A_refused_document_is_handed_back_with_the_words_of_the_server()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Bulk.Judge = static (_, document) =>
            document.Contains("bad", StringComparison.Ordinal) ? new BulkItemReply(400, "document_parsing_exception", "[1:5] failed to parse field [n]") : null;

        var rejected = await bench.DeliverAsync("""{"n":1}""", """{"n":"bad"}""", """{"n":3}""");

        var letter = Assert.Single(rejected);
        Assert.Equal(new RejectedRecord(1, DeadLetterReason.MappingRejected, "document_parsing_exception: [1:5] failed to parse field [n]", 1), letter);
        Assert.Equal([0, 2], bench.Stored(3));
        Assert.Equal(1, bench.Counters.Events("rejected"));
        Assert.Equal(2, bench.Counters.Events("delivered"));
    }

    [Fact]
    public async Task A_document_that_went_to_the_failure_store_is_a_dead_letter()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Bulk.Judge = static (id, _) => id == SinkBatches.Id(0) ? new BulkItemReply(201, FailureStore: "used") : null;
        Assert.Equal(DeadLetterReason.FailureStore, Assert.Single(await bench.DeliverAsync(2)).Reason);
        Assert.Equal(1, bench.Counters.Events("delivered"));
    }

    [Fact]
    [Trait("Complaint", "confluentinc/kafka-connect-elasticsearch#739")]
    public async Task All_verdicts_of_one_reply_are_told_apart()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        var isBusy = true;
        bench.Server.Bulk.Judge = (id, _) => id switch
        {
            _ when id == SinkBatches.Id(0) => new BulkItemReply(409, "version_conflict_engine_exception", "already exists"),
            _ when id == SinkBatches.Id(1) => new BulkItemReply(400, "mapper_parsing_exception", "no"),
            _ when id == SinkBatches.Id(2) && isBusy => new BulkItemReply(503, "unavailable_shards_exception", "not active"),
            _ => null,
        };
        bench.Clock.Waiting = _ => isBusy = false;

        Assert.Equal(1, Assert.Single(await bench.DeliverAsync(4)).Record);

        Assert.Equal(["0 1 2 3", "2"], bench.Sent);
        Assert.Equal((2, 1, 1), (bench.Counters.Events("delivered"), bench.Counters.Events("duplicate"), bench.Counters.Events("rejected")));
    }

    [Theory]
    [Trait("Complaint", "vectordotdev/vector#1772")]
    [InlineData(403, "cluster_block_exception", "index [x] blocked by: [FORBIDDEN/8/index write (api)]")]
    [InlineData(404, "index_not_found_exception", "no such index [x]")]
    [InlineData(400, "illegal_argument_exception", "no matching index template found for data stream [x]")]
    public async Task What_the_operator_must_repair_holds_the_item_and_loses_nothing(int status, string type, string reason)
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        var isBroken = true;
        bench.Server.Bulk.Judge = (id, _) => isBroken && id != SinkBatches.Id(0) ? new BulkItemReply(status, type, reason) : null;
        string? held = null;
        bench.Clock.Waiting = wait =>
        {
            if (wait == 5)
            {
                held = bench.Sink.Health.HeldReason;
                isBroken = false;
            }
        };

        Assert.Empty(await bench.DeliverAsync(3));

        Assert.Contains(reason, held, StringComparison.Ordinal);
        Assert.Contains("streamenricher setup", held, StringComparison.Ordinal);
        Assert.False(bench.Sink.Health.IsHeld);
        Assert.Equal([0, 1, 2], bench.Stored(3));
        Assert.Equal(5, bench.Counters.Retries("held"));
    }

    [Fact]
    public async Task Gzip_bodies_arrive_whole_and_smaller()
    {
        await using var bench = await ElasticsearchBench.StartAsync(static options => options with { Compression = BodyCompression.Gzip });
        Assert.Empty(await bench.DeliverAsync(500));
        var request = Assert.Single(bench.Server.Requests);
        Assert.Equal("gzip", request.Header("Content-Encoding"));
        Assert.True(request.WireBytes < request.Body.Length / 4);
        Assert.Equal(500, bench.Server.Bulk.Documents.Count);
    }
}
