using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration;

/// <summary>The keys below <c>stix</c>.</summary>
internal static class StixShapes
{
    private static readonly Shape<StixTarget> Topic = new MapShape<StixTarget>(
        new StixTopic(),
        new Key<StixTarget, string>("topic", Scalars.Name, "Topic.", (to, value) => (StixTopic)to with { Topic = value }, required: true));

    private static readonly Shape<StixOptions> To = new MapShape<StixOptions>(
        new StixOptions(),
        new Key<StixOptions, StixTarget>("kafka", Topic, "Objects go to a Kafka topic, one a record.", (to, value) => to with { To = value }),
        new Key<StixOptions, FileSinkOptions>("file", FileShapes.StixFiles, "Objects go to NDJSON files, one a line.", (to, value) => to with { To = new StixFiles { Files = value } }),
        new Key<StixOptions, StixTaxii>("taxii", StixTargetShapes.Taxii, "Objects are pushed to a TAXII 2.1 collection.", (to, value) => to with { To = value }),
        new Key<StixOptions, StixSentinel>("sentinel", StixTargetShapes.Sentinel, "Objects are uploaded to Microsoft Sentinel.", (to, value) => to with { To = value }))
    {
        ExactlyOneOf = ["kafka", "file", "taxii", "sentinel"],
    };

    /// <summary>A sink of STIX objects.</summary>
    public static Shape<StixOptions> Stix { get; } = new MapShape<StixOptions>(
        new StixOptions(),
        [
            new Key<StixOptions, string>(
                "producer",
                new MapShape<string>(Defaults.StixProducer, new Key<string, string>("name", Scalars.Name, "Name of the identity.", (_, value) => value)),
                "Who creates the objects.",
                (to, value) => to with { Producer = value }),
            new Key<StixOptions, string>(
                "marking", Scalars.Choice("clear", "green", "amber", "amber+strict", "red"), "TLP level. Default amber.", (to, value) => to with { Marking = value }),
            new Key<StixOptions, StixOptions>("to", To, "Where the objects go: { kafka: { topic: … } }.", (to, value) => to with { To = value.To }, required: true),
            .. StixAggregationShapes.Keys,
        ]);
}
