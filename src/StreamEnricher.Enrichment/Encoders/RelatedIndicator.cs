using System.Runtime.InteropServices;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>One element of a producer's array of indicators: {id, type, value, tags, …}.</summary>
/// <param name="Whole">The element with its braces.</param>
/// <param name="Type">Its type; absent when it has none, or a blank one.</param>
/// <param name="Value">Its value; absent when it has none, or a blank one.</param>
/// <param name="FitsAsIs">It has an id, and nothing that the common event must not hold: it can be copied.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RelatedIndicator(Slot Whole, Slot Type, Slot Value, bool FitsAsIs)
{
    /// <summary>It has a type and a value.</summary>
    public bool IsComplete => Type.IsPresent && Value.IsPresent;
}
