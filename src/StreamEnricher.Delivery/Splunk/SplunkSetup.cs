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

        # The token of the HTTP event collector must allow the index {index}. Its indexer acknowledgement must be on or off as the sink's acknowledgement is.
        """;

    /// <summary>Asks each event collector with an empty request whether it takes the token; null when all is well. Nothing is stored.</summary>
    public static async Task<string?> CheckAsync(SplunkHecOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var url in options.Urls)
        {
            using var endpoint = new HecEndpoint(url, options, time);
            var reply = await endpoint.PostAsync(endpoint.EventAddress, new ByteArrayContent([]), Guid.NewGuid().ToString(), cancellation).ConfigureAwait(false);

            // Code 5, "No data", is what a good token gets for nothing.
            var problem = reply.Status == 400 && reply.Excerpt().Contains("\"code\":5", StringComparison.Ordinal)
                ? null
                : HecReply.Judge(reply, 1) is { Verdict: not Core.Delivery.Verdict.Delivered } verdict ? verdict.Detail : null;
            problem ??= options.Acknowledgement is null ? null : (await endpoint.AckProblemAsync(cancellation).ConfigureAwait(false))?.Detail;
            if (problem is not null)
            {
                return options.Urls.Count == 1 ? problem : $"{HttpSettings.WithoutSecrets(url)}: {problem}";
            }
        }

        return null;
    }
}
