namespace StreamEnricher.Core.Intelligence;

/// <summary>One STIX 2.1 object on its way to a destination.</summary>
/// <param name="Id">The STIX id, <c>type--uuid</c>.</param>
/// <param name="Modified">Its <c>modified</c> as in the JSON; null for objects without versions (markings).</param>
/// <param name="Json">The object, UTF-8 JSON without line feeds.</param>
/// <param name="References">Ids of the objects that it names (<c>*_ref</c>, <c>*_refs</c>), so that a destination that splits a group can keep it self-contained.</param>
/// <param name="EventId">The event that caused it, 32 hex digits; null for shared and aggregated objects.</param>
public sealed record StixDelivery(string Id, string? Modified, ReadOnlyMemory<byte> Json, IReadOnlyList<string> References, string? EventId = null);

/// <summary>An object that a destination will never take.</summary>
/// <param name="Index">Its index in the group.</param>
/// <param name="Reason">One word of <see cref="Delivery.DeadLetterReason"/>.</param>
/// <param name="Detail">One sentence for a person, without secrets.</param>
/// <param name="Attempts">How often the destination was asked.</param>
public readonly record struct RefusedStixObject(int Index, string Reason, string Detail, int Attempts);
