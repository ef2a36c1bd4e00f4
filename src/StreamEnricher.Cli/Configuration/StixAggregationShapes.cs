using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration;

/// <summary>The keys of <c>stix</c> that say what is counted and where its state is.</summary>
internal static class StixAggregationShapes
{
    private static readonly Shape<IReadOnlyList<string>> Texts = new ListShape<string>(Scalars.Text, singleAllowed: true);

    private static readonly Shape<StixOptions> State = new MapShape<StixOptions>(
        new StixOptions(),
        new Key<StixOptions, string>(
            "kafka",
            new MapShape<string>("", new Key<string, string>("topic", Scalars.Name, "Topic; cleanup.policy=compact.", (_, value) => value, required: true)),
            "A compacted topic: it moves with the partitions. Default: the topic {group}.{sink}.state.",
            (to, value) => to with { StateTopic = value }),
        new Key<StixOptions, string>(
            "file",
            new MapShape<string>("", new Key<string, string>("path", Scalars.Name, "File.", (_, value) => value, required: true)),
            "A file, for a pipeline of one process.",
            (to, value) => to with { StateFile = value }),
        new Key<StixOptions, long>(
            "memory", Scalars.Size, "Memory of known indicators and open windows, of limits.memory; under pressure windows widen and merge. Default 64MiB.", (to, value) => to with { StateMemory = value }));

    /// <summary>The keys.</summary>
    public static Key<StixOptions>[] Keys { get; } =
    [
        new Key<StixOptions, string>(
            "mode", Scalars.Choice("per_event", "aggregate"), "aggregate: one indicator a value, one sighting a window with its count. Default per_event.",
            (to, value) => to with { Aggregates = value == "aggregate" }),
        new Key<StixOptions, TimeSpan>("window", Scalars.Duration, "Length of a window in event time, for mode: aggregate. Default 1h.", (to, value) => to with { Window = value }),
        new Key<StixOptions, TimeSpan>("lateness", Scalars.Duration, "How far behind its partition's latest event one may be and still count in its window. Default 5m.", (to, value) => to with { Lateness = value }),
        new Key<StixOptions, TimeSpan>("idle_after", Scalars.Duration, "A partition that brings nothing for so long closes its windows by the clock. Default 10m.", (to, value) => to with { IdleAfter = value }),
        new Key<StixOptions, IReadOnlyList<string>>("own_networks", Texts, "Addresses and networks that are never shared.", (to, value) => to with { OwnNetworks = value }),
        new Key<StixOptions, IReadOnlyList<string>>("own_domains", Texts, "Domains that are never shared, with all below them.", (to, value) => to with { OwnDomains = value }),
        new Key<StixOptions, IReadOnlyList<string>>("allow_lists", Texts, "Files of values that are never shared: lines, or MISP warning lists.", (to, value) => to with { AllowLists = value }),
        new Key<StixOptions, StixOptions>(
            "state", State, "Where counts are kept, for mode: aggregate.", (to, value) => to with { StateTopic = value.StateTopic, StateFile = value.StateFile, StateMemory = value.StateMemory }),
    ];
}
