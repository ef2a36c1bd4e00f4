namespace StreamEnricher.Cli.Configuration;

/// <summary>STIX 2.1 objects.</summary>
internal sealed record StixOptions : SinkKind
{
    /// <summary>Name of the identity that created the objects.</summary>
    public string Producer { get; init; } = Defaults.StixProducer;

    /// <summary>TLP level: clear, green, amber, amber+strict or red.</summary>
    public string Marking { get; init; } = Defaults.StixMarking;

    /// <summary>One indicator a value and one sighting a window, in place of objects of each event.</summary>
    public bool Aggregates { get; init; }

    /// <summary>Length of a window.</summary>
    public TimeSpan Window { get; init; } = Defaults.StixWindow;

    /// <summary>How late an event may be.</summary>
    public TimeSpan Lateness { get; init; } = Defaults.StixLateness;

    /// <summary>When a partition counts as idle.</summary>
    public TimeSpan IdleAfter { get; init; } = Defaults.StixIdleAfter;

    /// <summary>Addresses and networks that are never shared.</summary>
    public IReadOnlyList<string> OwnNetworks { get; init; } = [];

    /// <summary>Domains that are never shared.</summary>
    public IReadOnlyList<string> OwnDomains { get; init; } = [];

    /// <summary>Files of values that are never shared.</summary>
    public IReadOnlyList<string> AllowLists { get; init; } = [];

    /// <summary>Topic of the state; null for the default.</summary>
    public string? StateTopic { get; init; }

    /// <summary>File of the state; null for a topic.</summary>
    public string? StateFile { get; init; }

    /// <summary>Bytes of known indicators and open windows.</summary>
    public long StateMemory { get; init; } = Defaults.StixStateMemory;

    /// <summary>Where the objects go.</summary>
    public StixTarget To { get; init; } = new StixTopic();

    /// <inheritdoc />
    public override string Name => "stix";

    /// <inheritdoc />
    public override bool HasAddress => To.HasAddress;

    /// <inheritdoc />
    public override string Address => To.Address;

    /// <inheritdoc />
    public override double Expansion => 2;
}

/// <summary>A place that STIX objects go to: one key below <c>to</c>.</summary>
internal abstract record StixTarget
{
    /// <summary>False when its address is empty, which turns the sink off.</summary>
    public virtual bool HasAddress => true;

    /// <summary>The address as shown to operators.</summary>
    public abstract string Address { get; }
}

/// <summary>A Kafka topic, one object a record.</summary>
internal sealed record StixTopic : StixTarget
{
    /// <summary>Topic.</summary>
    public string Topic { get; init; } = "";

    /// <inheritdoc />
    public override string Address => $"topic {Topic}";
}

/// <summary>NDJSON files, one object a line.</summary>
internal sealed record StixFiles : StixTarget
{
    /// <summary>Folder, rotation and compression.</summary>
    public FileSinkOptions Files { get; init; } = new();

    /// <inheritdoc />
    public override bool HasAddress => Files.HasAddress;

    /// <inheritdoc />
    public override string Address => Files.Address;
}
