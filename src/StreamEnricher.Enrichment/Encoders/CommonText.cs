namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Texts that every event has and several outputs write, as finished JSON unless said otherwise. <see cref="EnrichScratch.AllValues"/> begin with them.</summary>
internal enum CommonText : byte
{
    /// <summary>The event id, without quotes.</summary>
    EventId,

    /// <summary>The event time in RFC 3339.</summary>
    Time,

    /// <summary>The event time in seconds since 1970-01-01 UTC, a number. Only where a sink asks for it.</summary>
    EpochSeconds,

    /// <summary>The word of the severity.</summary>
    Severity,

    /// <summary>The topic.</summary>
    Topic,

    /// <summary>Members topic, partition and offset up to the offset's value.</summary>
    Position,

    /// <summary>The same as indexed fields of a HEC envelope.</summary>
    IndexedPosition,

    /// <summary>The offset, a number.</summary>
    Offset,

    /// <summary>The event as its producer wrote it.</summary>
    Event,

    /// <summary>The producer's own name of the service, else the topic.</summary>
    SourceService,

    /// <summary>Kind of event. This and the following only where a sink asks for them.</summary>
    EventType,

    /// <summary>Source, or null.</summary>
    Source,

    /// <summary>Destination, or null.</summary>
    Destination,

    /// <summary>Description, or null.</summary>
    Description,

    /// <summary>Host of a HEC envelope.</summary>
    Host,

    /// <summary>Members of <c>threat</c>. This and the following are the attribution's; see <see cref="RenderedAttribution"/>.</summary>
    Threat,

    /// <summary>Members of <c>rule</c>.</summary>
    Rule,

    /// <summary>Members of <c>cybersecurity</c>.</summary>
    OwnMembers,

    /// <summary>Members technique_ids and confidence_score.</summary>
    CommonMembers,

    /// <summary>Members of the common event's metadata.</summary>
    MetadataMembers,

    /// <summary>Member mitre_attack.</summary>
    MitreMembers,

    /// <summary>Indexed field technique_id of a HEC envelope.</summary>
    IndexedMembers,

    /// <summary>Number of texts.</summary>
    Count,
}
