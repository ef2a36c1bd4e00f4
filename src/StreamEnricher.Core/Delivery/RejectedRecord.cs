namespace StreamEnricher.Core.Delivery;

/// <summary>A record that must become a dead letter.</summary>
/// <param name="Record">Index in the <see cref="Batches.EventBatch"/>.</param>
/// <param name="Reason">One word of <see cref="DeadLetterReason"/>.</param>
/// <param name="Detail">One sentence for a person, without secrets.</param>
/// <param name="Attempts">How often the sink was asked; 0 before the fan-out.</param>
public readonly record struct RejectedRecord(int Record, string Reason, string Detail, int Attempts = 0);

/// <summary>The reasons that dead letters carry. docs/operate.md explains each.</summary>
public static class DeadLetterReason
{
    /// <summary>The value is empty.</summary>
    public const string EmptyValue = "empty_value";

    /// <summary>Not UTF-8.</summary>
    public const string InvalidUtf8 = "invalid_utf8";

    /// <summary>Not JSON, or cut off.</summary>
    public const string MalformedJson = "malformed_json";

    /// <summary>JSON, but no object.</summary>
    public const string NotAnObject = "not_an_object";

    /// <summary>Nested deeper than 64 levels.</summary>
    public const string TooDeep = "too_deep";

    /// <summary>Larger than the sink takes.</summary>
    public const string TooLarge = "too_large";

    /// <summary>Elasticsearch or OpenSearch refused the document.</summary>
    public const string MappingRejected = "mapping_rejected";

    /// <summary>Elasticsearch put the document into the failure store of the data stream.</summary>
    public const string FailureStore = "failure_store";

    /// <summary>Splunk HEC refused the event.</summary>
    public const string HecRejected = "hec_rejected";

    /// <summary>A TAXII server or a Kafka topic refused the STIX object.</summary>
    public const string StixRejected = "stix_rejected";

    /// <summary>Kafka refused the record.</summary>
    public const string KafkaRejected = "kafka_rejected";

    /// <summary>The record could not be enriched because of a fault of the engine; the detail names it.</summary>
    public const string EnrichmentFailed = "enrichment_failed";

    /// <summary>The record would have expired in its topic before the sink took it.</summary>
    public const string Retention = "retention";
}
