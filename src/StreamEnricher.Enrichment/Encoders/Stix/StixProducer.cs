using System.Text;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>The identity that makes and sights the objects, and the marking that they carry.</summary>
internal sealed class StixProducer
{
    /// <summary>When the producer's identity was made: the same for every name and for ever, since a replay may not change it.</summary>
    private const string Created = "2026-01-01T00:00:00.000Z";

    /// <param name="options">Name and marking.</param>
    /// <exception cref="ArgumentException">There is no such TLP level.</exception>
    public StixProducer(StixEncoderOptions options)
    {
        Id = StixIds.Create("identity", options.ProducerName);
        Marking = TlpMarking.Of(options.Marking);
        Identity = new StixObject(Encoding.UTF8.GetBytes(Id), RenderedAttribution.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "identity");
            writer.WriteString("spec_version", "2.1");
            writer.WriteString("id", Id);
            writer.WriteString("created", Created);
            writer.WriteString("modified", Created);
            writer.WriteString("created_by_ref", Id);
            writer.WriteString("name", options.ProducerName);
            writer.WriteString("identity_class", "system");
            writer.WriteEndObject();
        }));
        CreatedBy = [.. "\",\"created_by_ref\":\""u8, .. Identity.Id, (byte)'"'];
        MarkedBy = [.. ",\"object_marking_refs\":[\""u8, .. Marking.Id, .. "\"]"u8];
        SightedBy = [.. "\",\"where_sighted_refs\":[\""u8, .. Identity.Id, .. "\"]"u8];
    }

    /// <summary>Id of the identity.</summary>
    public string Id { get; }

    /// <summary>The identity. It is not marked, so that its content depends on its name alone.</summary>
    public StixObject Identity { get; }

    /// <summary>The marking definition.</summary>
    public StixObject Marking { get; }

    /// <summary>From the quote that ends a time to the end of <c>created_by_ref</c>.</summary>
    public byte[] CreatedBy { get; }

    /// <summary>Member <c>object_marking_refs</c> with the comma before it.</summary>
    public byte[] MarkedBy { get; }

    /// <summary>From the quote that ends an id to the end of <c>where_sighted_refs</c>.</summary>
    public byte[] SightedBy { get; }
}
