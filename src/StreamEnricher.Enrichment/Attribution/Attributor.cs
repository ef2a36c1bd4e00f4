using System.Buffers.Text;
using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using BitFaster.Caching.Lru;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Finds the techniques of an event through its providers, in their order. One a pipeline; thread-safe.</summary>
/// <remarks>What the same providers found before is not put together again: the finished attribution is looked up by the findings' ids.</remarks>
internal sealed class Attributor
{
    /// <summary>Finished attributions kept; each holds its JSON, a few kilobytes.</summary>
    internal const int DefaultCacheEntries = 8192;

    private const int ConfidenceDecimals = 4;

    private readonly AttributionProvider[] _providers;
    private readonly ConcurrentLru<UInt128, RenderedAttribution> _finished;
    private readonly ConcurrentDictionary<AttributionSpec, BoundProvider[]> _bound = new(ReferenceEqualityComparer.Instance);
    private readonly RenderedAttribution _none;

    /// <param name="catalogue">ATT&amp;CK release.</param>
    /// <param name="providers">In the order that their evidence is to appear in.</param>
    /// <param name="cacheEntries">Finished attributions kept.</param>
    public Attributor(AttackCatalogue catalogue, IEnumerable<AttributionProvider> providers, int cacheEntries = DefaultCacheEntries)
    {
        Catalogue = catalogue;
        _providers = [.. providers];
        _finished = new ConcurrentLru<UInt128, RenderedAttribution>(cacheEntries);
        _none = new RenderedAttribution(Core.Attribution.Attribution.None, catalogue);
    }

    /// <summary>ATT&amp;CK release.</summary>
    public AttackCatalogue Catalogue { get; }

    /// <summary>Attributes one event. Allocates nothing once the format and its findings have been seen.</summary>
    /// <param name="spec">What to read of the event's format.</param>
    /// <param name="buffer">Buffer that the slots point into, with its padding.</param>
    /// <param name="slots">Slots of the event.</param>
    /// <param name="context">What else is known of the event.</param>
    /// <param name="scratch">The worker's memory, with the event's <see cref="AttributionScratch.Related"/> read; its counts grow.</param>
    public AttributionOutcome Attribute(
        AttributionSpec spec, ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, in AttributionContext context, AttributionScratch scratch)
    {
        scratch.Begin();
        scratch.Confidence = ReadConfidence(spec, buffer, slots, scratch);
        foreach (var provider in BoundOf(spec, scratch))
        {
            provider.Collect(buffer, slots, context, scratch);
        }

        if (scratch.Pending is { } pending)
        {
            return new AttributionOutcome(new PendingAttribution(this, scratch, pending));
        }

        scratch.Counts.Degraded += scratch.Degraded ? 1 : 0;
        return new AttributionOutcome(FinishNear(scratch));
    }

    /// <summary>The finished attribution of findings.</summary>
    /// <param name="findings">In the order of the providers, none twice.</param>
    /// <param name="confidence">The producer's own confidence in ten-thousandths, -1 for none.</param>
    /// <param name="degraded">A provider could not be asked.</param>
    internal RenderedAttribution Finish(ReadOnlySpan<Finding> findings, int confidence, bool degraded) =>
        IsNone(findings, confidence, degraded) ? _none : Finish(KeyOf(findings, confidence, degraded), findings, confidence, degraded);

    private RenderedAttribution FinishNear(AttributionScratch scratch)
    {
        if (IsNone(scratch.Findings, scratch.Confidence, scratch.Degraded))
        {
            return _none;
        }

        var key = KeyOf(scratch.Findings, scratch.Confidence, scratch.Degraded);
        var rendered = scratch.Finished.Find(key);
        if (rendered is null)
        {
            rendered = Finish(key, scratch.Findings, scratch.Confidence, scratch.Degraded);
            scratch.Finished.Keep(key, rendered);
        }

        return rendered;
    }

    private RenderedAttribution Finish(UInt128 key, ReadOnlySpan<Finding> findings, int confidence, bool degraded)
    {
        if (!_finished.TryGet(key, out var rendered))
        {
            rendered = new RenderedAttribution(AttributionAssembly.Make(findings, confidence, degraded, Catalogue), Catalogue);
            _finished.AddOrUpdate(key, rendered);
        }

        return rendered;
    }

    private static bool IsNone(ReadOnlySpan<Finding> findings, int confidence, bool degraded) => findings.IsEmpty && !degraded && confidence <= 0;

    private static UInt128 KeyOf(ReadOnlySpan<Finding> findings, int confidence, bool degraded)
    {
        const int OnStack = 16;
        Span<long> parts = findings.Length < OnStack ? stackalloc long[OnStack] : new long[findings.Length + 1];
        parts = parts[..(findings.Length + 1)];

        // With a technique the producer's confidence is in the declared evidence already.
        parts[0] = ((long)(HasTechnique(findings) ? -1 : confidence) << 1) | (degraded ? 1L : 0L);
        for (var index = 0; index < findings.Length; index++)
        {
            parts[index + 1] = findings[index].Id;
        }

        return XxHash128.HashToUInt128(MemoryMarshal.AsBytes(parts));
    }

    private static bool HasTechnique(ReadOnlySpan<Finding> findings)
    {
        foreach (var finding in findings)
        {
            if (finding.HasTechnique)
            {
                return true;
            }
        }

        return false;
    }

    private static int ReadConfidence(AttributionSpec spec, ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, AttributionScratch scratch)
    {
        if (spec.Confidence < 0 || slots[spec.Confidence] is not { Kind: TokenKind.Number or TokenKind.String or TokenKind.EscapedString } slot)
        {
            return -1;
        }

        var text = scratch.Text(buffer, slot);
        if (JsonNumber.TryParseShortFraction(text, ConfidenceDecimals, out var tenThousandths))
        {
            return tenThousandths;
        }

        return Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length && value is >= 0 and <= 1
            ? (int)Math.Round(value * 10_000, MidpointRounding.AwayFromZero)
            : -1;
    }

    private BoundProvider[] BoundOf(AttributionSpec spec, AttributionScratch scratch)
    {
        if (!ReferenceEquals(scratch.BoundSpec, spec) || !ReferenceEquals(scratch.BoundBy, this))
        {
            scratch.Bound = _bound.GetOrAdd(spec, static (asked, providers) => RememberedProviders.Group(providers.Select(provider => provider.Bind(asked)).OfType<BoundProvider>()), _providers);
            scratch.BoundSpec = spec;
            if (!ReferenceEquals(scratch.BoundBy, this))
            {
                scratch.Declared.Clear();
                scratch.Finished.Clear();
                scratch.Matches.ForgetTexts();
                scratch.ForgetFindings();
                scratch.BoundBy = this;
            }
        }

        return scratch.Bound;
    }
}
