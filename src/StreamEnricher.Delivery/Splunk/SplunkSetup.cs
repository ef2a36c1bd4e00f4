using System.Net.Http.Headers;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Splunk;

/// <summary>What a Splunk administrator installs for a sink, and a check of what is there.</summary>
public static class SplunkSetup
{
    /// <summary>Stanzas of props.conf and indexes.conf.</summary>
    /// <param name="index">Index of the events.</param>
    /// <param name="sourcetype">Source type of the events.</param>
    public static string Stanzas(string index, string sourcetype) => $"""
        # props.conf (search heads and indexers)
        [{sourcetype}]
        KV_MODE = json
        SHOULD_LINEMERGE = false
        TRUNCATE = 0
        category = Structured
        description = Enriched security detections

        # indexes.conf (indexers)
        [{index}]
        homePath   = $SPLUNK_DB/{index}/db
        coldPath   = $SPLUNK_DB/{index}/colddb
        thawedPath = $SPLUNK_DB/{index}/thaweddb

        # The token of the HTTP event collector must allow the index {index}, with indexer acknowledgement off.
        """;

    /// <summary>Asks the event collector with an empty request whether it takes the token; null when all is well. Nothing is stored.</summary>
    public static async Task<string?> CheckAsync(SplunkHecOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var client = SinkHttpClient.Create(options.Http);
        var request = new HttpRequestMessage(HttpMethod.Post, options.EventEndpoint) { Content = new ByteArrayContent([]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Splunk", options.Token);
        request.Headers.Add("X-Splunk-Request-Channel", Guid.NewGuid().ToString());
        var reply = await HttpReply.SendAsync(client, request, options.Http.Timeout, time, cancellation).ConfigureAwait(false);

        // Code 5, "No data", is what a good token gets for nothing.
        return reply.Status == 400 && reply.Excerpt().Contains("\"code\":5", StringComparison.Ordinal)
            ? null
            : HecReply.Judge(reply, 1) is { Verdict: Core.Delivery.Verdict.Delivered } ? null : HecReply.Judge(reply, 1).Detail;
    }
}
