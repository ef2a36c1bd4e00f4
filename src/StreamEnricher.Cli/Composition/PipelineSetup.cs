using System.Runtime.CompilerServices;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Delivery.Elasticsearch.Setup;
using StreamEnricher.Delivery.Splunk;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Setup;

namespace StreamEnricher.Cli.Composition;

/// <summary>One thing that setup did, would do, or leaves to the operator.</summary>
/// <param name="Target">Sink or topic.</param>
/// <param name="Action">Request, or what is made.</param>
/// <param name="Outcome">done, planned, manual or failed.</param>
/// <param name="Detail">Why it failed, what it sends, or what the operator must install; empty for nothing to say.</param>
internal sealed record SetupStep(string Target, string Action, string Outcome, string Detail = "")
{
    /// <summary>It was done.</summary>
    public const string Done = "done";

    /// <summary>It would be done without --dry-run.</summary>
    public const string Planned = "planned";

    /// <summary>The operator must do it.</summary>
    public const string Manual = "manual";

    /// <summary>It could not be done.</summary>
    public const string Failed = "failed";
}

/// <summary>Makes what the sinks of a pipeline need. Can be repeated.</summary>
/// <param name="options">The pipeline.</param>
/// <param name="vendorNamespaces">Namespaces that documents may have.</param>
/// <param name="dryRun">Change nothing.</param>
/// <param name="time">Clock of time-outs.</param>
/// <param name="loggers">Log of the Kafka client.</param>
internal sealed class PipelineSetup(PipelineOptions options, IReadOnlyList<string> vendorNamespaces, bool dryRun, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Does everything; a failure does not keep the other targets from being set up.</summary>
    public async IAsyncEnumerable<SetupStep> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var (name, sink) in options.ActiveSinks)
        {
            switch (sink.Kind)
            {
                case ElasticsearchOptions elastic:
                    foreach (var step in await ElasticsearchAsync(name, sink, elastic, cancellation))
                    {
                        yield return step;
                    }

                    break;
                case SplunkOptions splunk:
                    yield return new SetupStep(name, "props.conf and indexes.conf", SetupStep.Manual, SplunkSetup.Stanzas(splunk.Index, splunk.Sourcetype));
                    break;
                default:
                    break;
            }
        }

        foreach (var step in await TopicsAsync(cancellation))
        {
            yield return step;
        }
    }

    private async Task<IReadOnlyList<SetupStep>> TopicsAsync(CancellationToken cancellation)
    {
        const string target = "kafka";
        var requests = KafkaMapping.OutputTopics(options);
        if (requests.Count == 0)
        {
            return [];
        }

        try
        {
            using var setup = new KafkaTopicSetup(KafkaMapping.Connection(options), KafkaMapping.Sources(options), loggers.CreateLogger<KafkaTopicSetup>());
            var changes = await setup.PlanAsync(requests, cancellation);
            if (!dryRun)
            {
                await setup.ApplyAsync(changes, cancellation);
            }

            return [.. changes.Select(change => new SetupStep(target, change.ToString(), dryRun ? SetupStep.Planned : SetupStep.Done))];
        }
        catch (KafkaSetupException exception)
        {
            return [new SetupStep(target, "Kafka topics", SetupStep.Failed, exception.Message)];
        }
    }

    private async Task<IReadOnlyList<SetupStep>> ElasticsearchAsync(string name, SinkOptions sink, ElasticsearchOptions elastic, CancellationToken cancellation)
    {
        using var setup = new ElasticsearchSetup(HttpSinkMapping.Elasticsearch(name, sink, elastic, options), time);
        var (isOpenSearch, version, problem) = await setup.IdentifyAsync(cancellation);
        if (problem is not null)
        {
            return [new SetupStep(name, $"ask {elastic.Address} what it is", SetupStep.Failed, problem)];
        }

        var server = $"{(isOpenSearch ? "OpenSearch" : "Elasticsearch")} {version}";
        var requests = ElasticsearchSetup.Plan(isOpenSearch, elastic.DataStream, vendorNamespaces);
        return dryRun
            ? [.. requests.Select(request => new SetupStep(name, $"{request.Method} {request.Path} ({server})", SetupStep.Planned, request.Body ?? ""))]
            :
            [
                .. (await setup.ApplyAsync(requests, cancellation))
                    .Select(result => new SetupStep(name, $"{result.Request.Method} {result.Request.Path} ({server})", result.IsDone ? SetupStep.Done : SetupStep.Failed, result.Detail)),
            ];
    }
}
