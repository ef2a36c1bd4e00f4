using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Correlating;

/// <summary>A rule's hit as a window keeps it.</summary>
/// <param name="Time">Event time in ticks of 100 ns since 1970-01-01 UTC.</param>
/// <param name="Event">The event's id.</param>
/// <param name="Value">Hash of the values that are counted; 0 when none are.</param>
/// <param name="Member">Place of the rule among those that the correlation names.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CorrelationHit(long Time, UInt128 Event, ulong Value, int Member);
