using Confluent.Kafka;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Kafka.Producing;

/// <summary>An item as a record: its value, its key if it has one, and the header event_id unless the item is shared by many events.</summary>
/// <remarks>Confluent.Kafka takes only whole arrays, so key and value are copied out of the batch; librdkafka copies them again into its own queue.</remarks>
internal static class EventMessage
{
    /// <summary>The record of an item.</summary>
    public static Message<byte[], byte[]> Of(EncodedBatch batch, int index)
    {
        ref readonly var item = ref batch.Items[index];
        var message = new Message<byte[], byte[]> { Value = batch.Value(item).ToArray() };
        if (item.KeyLength > 0)
        {
            message.Key = batch.Key(item).ToArray();
        }

        if (!item.Shared)
        {
            message.Headers = new Headers { { EventIdHeader.Name, EventIdHeader.Value(batch.Source.Records[item.Record].EventId) } };
        }

        return message;
    }
}
