namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Steps of writing an ECS document.</summary>
internal enum EcsStep : byte
{
    /// <summary>A member that is always there: <c>"name":value</c>.</summary>
    Literal,

    /// <summary>A member whose value may be absent.</summary>
    Value,

    /// <summary>Opens <c>"name":{</c>; left out when nothing follows before its <see cref="Close"/>.</summary>
    Open,

    /// <summary>Closes the innermost object.</summary>
    Close,

    /// <summary><c>"@timestamp":…</c>.</summary>
    Timestamp,

    /// <summary>The event id as <c>event.id</c>, or the producer's.</summary>
    EventId,

    /// <summary>The raw event as <c>event.original</c>.</summary>
    Original,

    /// <summary><c>tags</c>: the format's, and the mark of a degraded attribution.</summary>
    Tags,

    /// <summary>Members of <c>threat</c> from the attribution.</summary>
    Threat,

    /// <summary>Members of <c>rule</c> from the attribution, unless the producer names a rule.</summary>
    Rule,

    /// <summary>Members of <c>related</c>.</summary>
    Related,

    /// <summary>Members of <c>cybersecurity</c>.</summary>
    Own,

    /// <summary>Members of <c>kafka</c>.</summary>
    Kafka,

    /// <summary>What has no ECS home, in the innermost object of the vendor namespace.</summary>
    Vendor,
}

/// <summary>One step.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Name">Name with quotes and colon, or the whole member of a literal.</param>
/// <param name="Value">Value index, or -1.</param>
internal readonly record struct EcsInstruction(EcsStep Step, byte[] Name, int Value);

/// <summary>The steps that write a case's ECS document, and which values are collected under <c>related</c>.</summary>
/// <param name="Instructions">In order; the braces of the document are not part of them.</param>
/// <param name="Related">Lists of <c>related</c>: name, colon and opening bracket, and the indexes of their values.</param>
/// <param name="RuleValues">Values below <c>rule</c>: when one is present, the rule is the producer's.</param>
internal sealed record EcsProgram(EcsInstruction[] Instructions, IReadOnlyList<(byte[] Name, int[] Values)> Related, List<int> RuleValues);
