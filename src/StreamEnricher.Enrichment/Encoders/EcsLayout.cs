namespace StreamEnricher.Enrichment.Encoders;

/// <summary>A case's ECS document for one set of values that are present.</summary>
internal sealed class EcsLayout
{
    /// <summary>The document.</summary>
    public required DocumentLayout Document { get; init; }

    /// <summary>Values that are present.</summary>
    public required ulong[] Present { get; init; }

    /// <summary>What the attribution is like.</summary>
    public required EcsShape Shape { get; init; }

    /// <summary>Next layout of the same place in <see cref="EcsLayouts"/>.</summary>
    public EcsLayout? Next { get; init; }
}

/// <summary>What an attribution is like, as far as it shapes a document.</summary>
[Flags]
internal enum EcsShape : byte
{
    /// <summary>Neither.</summary>
    Plain = 0,

    /// <summary>It has techniques.</summary>
    Threat = 1,

    /// <summary>It is marked as degraded.</summary>
    Degraded = 2,

    /// <summary>A Sigma rule hit.</summary>
    Rule = 4,
}
