using Confluent.Kafka;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Kafka.Producing;

/// <summary>What a delivery report's error means for the record.</summary>
internal static class ProduceOutcome
{
    /// <summary>Delivered, rejected (Kafka will never take this record), hold (the operator must repair something) or retry (everything else).</summary>
    public static Verdict Of(ErrorCode code) => code switch
    {
        ErrorCode.NoError => Verdict.Delivered,
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp
            or ErrorCode.InvalidMsg => Verdict.Rejected,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.SaslAuthenticationFailed
            or ErrorCode.Local_Authentication or ErrorCode.SecurityDisabled or ErrorCode.IllegalSaslState or ErrorCode.UnsupportedSaslMechanism
            or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.TopicException
            or ErrorCode.PolicyViolation => Verdict.Hold,
        _ => Verdict.Retry,
    };

    /// <summary>True when a broker may have refused the record only for the company it was sent in: size limits apply to the request's whole record batch.</summary>
    public static bool DependsOnBatch(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize or ErrorCode.InvalidMsg;
}
