using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Encoders.Stix;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>Writes what the aggregator has to tell as STIX objects. For one thread at a time.</summary>
/// <param name="producer">Who makes and sights the objects.</param>
/// <param name="techniques">The release.</param>
/// <param name="layout">How the items are.</param>
internal sealed class GraphWriter(StixProducer producer, StixTechniques techniques, GraphLayout layout)
{
    private const int MostSeen = 999_999_999;
    private readonly Utf8Writer _writer = new();
    private readonly byte[] _created = new byte[TimestampFormatter.MaxLength];
    private readonly byte[] _modified = new byte[TimestampFormatter.MaxLength];
    private readonly byte[] _third = new byte[TimestampFormatter.MaxLength];
    private DayCache _days;

    /// <summary>Writes emissions until the batch has so many items, at least one.</summary>
    /// <param name="outbox">All emissions.</param>
    /// <param name="from">The first to write.</param>
    /// <param name="most">Items after which no further one is begun.</param>
    /// <param name="output">An empty batch.</param>
    /// <returns>The first that is not written.</returns>
    public int Write(IReadOnlyList<Emission> outbox, int from, int most, EncodedBatch output)
    {
        var state = new StixBatchState(techniques);
        var told = new HashSet<IndicatorVersion>(ReferenceEqualityComparer.Instance);
        for (; from < outbox.Count && output.Count < most; from++)
        {
            Write(outbox[from], state, told, output);
        }

        return from;
    }

    private static ReadOnlySpan<byte> IndicatorId(StixBatchState state, StixProducer producer, ReadOnlySpan<byte> pattern, Span<byte> destination)
    {
        var input = new StixIdInput(state.IdInput, "indicator"u8);
        input.Add(producer.Identity.Id);
        input.Add(pattern);
        return StixObjectWriter.Id("indicator--"u8, input.Uuid(), destination);
    }

    private void Write(in Emission emission, StixBatchState state, HashSet<IndicatorVersion> told, EncodedBatch output)
    {
        var (indicator, version, window, record) = emission;
        var objects = new StixObjectWriter(_writer, output, state, producer, layout.Keyed, Math.Max(record, 0), shared: true);
        var pattern = state.Pattern.AsSpan(0, indicator.Kind.WritePattern(indicator.Value, state.Pattern));
        Span<byte> buffer = stackalloc byte[64];
        var id = IndicatorId(state, producer, pattern, buffer);
        objects.ShareProducer();
        if (window is null || (layout.SelfContained && !told.Contains(version)))
        {
            told.Add(version);
            Indicator(objects, state, indicator, version, id, pattern, all: layout.SelfContained || record < 0);
        }

        if (window is not null)
        {
            Sighting(objects, state, window, id);
        }
    }

    private void Indicator(
        StixObjectWriter objects, StixBatchState state, KnownIndicator indicator, IndicatorVersion version, ReadOnlySpan<byte> id, ReadOnlySpan<byte> pattern, bool all)
    {
        state.ClearTechniques();
        foreach (var (technique, confidence, _) in version.Techniques)
        {
            state.NoteTechnique(technique, confidence);
            objects.ShareTechnique(technique);
        }

        objects.Indicator(
            new StixIndicator
            {
                Id = id,
                Kind = indicator.Kind,
                Value = indicator.Value,
                Pattern = pattern,
                Created = Time(version.Created, _created),
                Modified = Time(version.Modified, _modified),
                ValidUntil = version.ValidUntil == 0 ? default : Time(version.ValidUntil, _third),
                Severity = version.Severity,
                Confidence = version.Confidence,
            },
            techniques.Phases);
        foreach (var (technique, confidence, since) in version.Techniques)
        {
            // A relationship never changes: it is told with the version that brings it, and again after a crash that may have come before, and to a destination that takes
            // each request by itself.
            if (all || since == version.Modified)
            {
                objects.Indicates(id, technique, confidence, Time(since, _third));
            }
        }
    }

    private void Sighting(StixObjectWriter objects, StixBatchState state, OpenWindow window, ReadOnlySpan<byte> indicator)
    {
        Span<byte> part = stackalloc byte[4 * 21];
        var input = new StixIdInput(state.IdInput, "sighting"u8);
        input.Add(indicator);
        input.Add(producer.Identity.Id);
        input.Add(Number(window.Start, part));
        input.Add(Number(window.Length, part));
        input.Add(System.Text.Encoding.UTF8.GetBytes(window.Owner.Topic));
        input.Add(Number(window.Owner.Partition, part));
        input.Add(Number(window.FirstOffset, part));
        Span<byte> buffer = stackalloc byte[64];
        objects.Sighting(new StixSighting
        {
            Id = StixObjectWriter.Id("sighting--"u8, input.Uuid(), buffer),
            Indicator = indicator,
            Time = Time(window.End, _modified),
            First = Time(window.First, _created),
            Last = Time(window.Last, _third),
            Count = Math.Min(window.Count, MostSeen),
            Confidence = window.Confidence,
        });
    }

    private static ReadOnlySpan<byte> Number(long value, Span<byte> destination)
    {
        value.TryFormat(destination, out var written);
        return destination[..written];
    }

    private ReadOnlySpan<byte> Time(long milliseconds, byte[] destination)
    {
        var seconds = Math.DivRem(milliseconds, 1000, out var rest);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + 1000);
        }

        return destination.AsSpan(0, TimestampFormatter.WriteMilliseconds(seconds, (int)rest * 1_000_000, destination, ref _days));
    }
}

/// <summary>How a destination wants its items.</summary>
/// <param name="Keyed">Each item has its object's id as key; otherwise each ends in a line feed.</param>
/// <param name="SelfContained">A sighting goes together with its indicator and what that refers to: the destination takes each request by itself.</param>
internal readonly record struct GraphLayout(bool Keyed, bool SelfContained);
