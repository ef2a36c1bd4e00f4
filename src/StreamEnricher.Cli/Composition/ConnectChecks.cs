using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Shapes;
using StreamEnricher.Delivery.Elasticsearch.Setup;
using StreamEnricher.Delivery.Sentinel;
using StreamEnricher.Delivery.Splunk;
using StreamEnricher.Delivery.Taxii;
using StreamEnricher.Kafka.Setup;

namespace StreamEnricher.Cli.Composition;

/// <summary>Asks what a pipeline talks to whether it is there and takes us. Changes nothing.</summary>
internal static class ConnectChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Reports everything that does not answer as it should, at the place of its address in the file.</summary>
    public static async Task RunAsync(PipelineOptions options, ReadContext context, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var outputs = KafkaMapping.OutputTopics(options).Select(request => request.Topic).ToList();
        foreach (var problem in await KafkaConnectionCheck.RunAsync(KafkaMapping.Connection(options), KafkaMapping.Sources(options), outputs, logger, cancellation))
        {
            context.Error("kafka.bootstrap_servers", problem);
        }

        foreach (var (name, sink) in options.ActiveSinks)
        {
            switch (sink.Kind)
            {
                case ElasticsearchOptions elastic:
                    var mapped = HttpSinkMapping.Elasticsearch(name, sink, elastic, options);
                    using (var setup = new ElasticsearchSetup(mapped with { Http = mapped.Http with { Timeout = Patience } }, time))
                    {
                        Report($"sinks.{name}.elasticsearch.url", elastic.Address, await setup.CheckAsync(elastic.DataStream, cancellation), context);
                    }

                    break;
                case SplunkOptions splunk:
                    var hec = HttpSinkMapping.Splunk(name, sink, splunk, options);
                    var problem = await SplunkSetup.CheckAsync(hec with { Http = hec.Http with { Timeout = Patience } }, time, cancellation);
                    Report($"sinks.{name}.splunk_hec.url", splunk.Address, problem, context);
                    break;
                case StixOptions { To: StixTaxii taxii }:
                    var collection = StixTargetMapping.Taxii(name, sink, taxii, options);
                    var taxiiProblem = await TaxiiDestination.CheckAsync(collection with { Http = collection.Http with { Timeout = Patience } }, time, cancellation);
                    Report($"sinks.{name}.stix.to.taxii.api_root", SafeUrl.Show(taxii.ApiRoot), taxiiProblem, context);
                    break;
                case StixOptions { To: StixSentinel sentinel } stix:
                    var workspace = StixTargetMapping.Sentinel(name, sink, stix, sentinel, options);
                    var tokenProblem = await SentinelDestination.CheckAsync(workspace with { Http = workspace.Http with { Timeout = Patience } }, time, cancellation);
                    Report($"sinks.{name}.stix.to.sentinel.workspace", stix.Address, tokenProblem, context);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Report(string path, string address, string? problem, ReadContext context)
    {
        if (problem is not null)
        {
            context.Error(path, $"{address}: {problem}");
        }
    }
}
