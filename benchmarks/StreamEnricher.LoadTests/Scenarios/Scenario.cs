namespace StreamEnricher.LoadTests.Scenarios;

/// <summary>One cell of the load test: a pipeline, what it is fed, and how fast.</summary>
internal sealed record Scenario
{
    /// <summary>The question that it belongs to; the scenarios of a group differ in one thing.</summary>
    public required string Group { get; init; }

    /// <summary>That thing.</summary>
    public required string Value { get; init; }

    /// <summary>Sinks: 1 = Elasticsearch, 2 = and Splunk, 3 = and common events to Kafka.</summary>
    public int Sinks { get; init; } = 2;

    /// <summary>HTTP sinks compress with gzip.</summary>
    public bool Gzip { get; init; }

    /// <summary>Kind of events, see the bench's generator.</summary>
    public string Kind { get; init; } = "detection";

    /// <summary>Least bytes of an event; 0 for as they are.</summary>
    public int EventBytes { get; init; }

    /// <summary>Different events: few are answered from the attribution cache, as many as are sent never are.</summary>
    public int Distinct { get; init; } = 1000;

    /// <summary>Partitions of the topic.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>Sigma rules that look at every event.</summary>
    public int Rules { get; init; }

    /// <summary>Events a second whatever the engine does; null: as many as it takes.</summary>
    public double? Rate { get; init; }

    /// <summary>Events that lie in the topic beforehand when there is no rate.</summary>
    public int Events { get; init; } = 600_000;
}
