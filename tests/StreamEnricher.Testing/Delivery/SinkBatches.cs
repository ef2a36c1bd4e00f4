using System.Globalization;
using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.Testing.Delivery;

/// <summary>Builds what an encoder gives a sink: items next to each other, one for each record.</summary>
public static class SinkBatches
{
    /// <summary>Action and document lines for a data stream; the record's number is its id.</summary>
    public static EncodedBatch Bulk(string dataStream, params IReadOnlyList<string> documents) =>
        Of([.. documents.Select((document, i) => $$$"""{"create":{"_index":"{{{dataStream}}}","_id":"{{{Id(i)}}}"}}""" + "\n" + document + "\n")]);

    /// <summary>Envelopes, each with a line end.</summary>
    public static EncodedBatch Envelopes(params IReadOnlyList<string> events) =>
        Of([.. events.Select(static value => $$"""{"event":{{value}}}""" + "\n")]);

    /// <summary>Items as they are.</summary>
    public static EncodedBatch Of(params IReadOnlyList<string> items)
    {
        var source = TestBatches.Of(new PartitionLease("test", "topic", 0, [0]), items);
        var encoded = new EncodedBatch(source, 1024);
        for (var i = 0; i < items.Count; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(items[i]);
            bytes.CopyTo(encoded.Reserve(bytes.Length));
            encoded.Commit(i, bytes.Length);
        }

        source.Release();
        return encoded;
    }

    /// <summary>Id of the document of a record.</summary>
    public static string Id(int record) => record.ToString("x32", CultureInfo.InvariantCulture);
}
