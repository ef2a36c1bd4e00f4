using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>An attribution, or the promise of one that waits for the service.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct AttributionOutcome
{
    public AttributionOutcome(RenderedAttribution ready) => Ready = ready;

    public AttributionOutcome(PendingAttribution pending) => Pending = pending;

    /// <summary>The attribution, if nothing has to be waited for.</summary>
    public RenderedAttribution? Ready { get; }

    /// <summary>What has to be waited for, if <see cref="Ready"/> is null.</summary>
    public PendingAttribution? Pending { get; }

    /// <summary>The attribution is there.</summary>
    [MemberNotNullWhen(true, nameof(Ready))]
    [MemberNotNullWhen(false, nameof(Pending))]
    public bool IsReady => Ready is not null;
}
