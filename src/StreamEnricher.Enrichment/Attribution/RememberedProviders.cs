using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>
/// Providers whose findings follow from a few short texts of the event. A producer sends the same few over and over, so that each worker remembers what came of those
/// that it saw lately.
/// </summary>
internal sealed class RememberedProviders : BoundProvider
{
    private readonly BoundProvider[] _providers;
    private readonly TextsRead _texts;

    private RememberedProviders(BoundProvider[] providers)
    {
        _providers = providers;
        var texts = providers.Select(provider => provider.Reads!).ToList();
        _texts = new TextsRead([.. texts.SelectMany(one => one.Slots).Distinct()], texts.Exists(one => one.Tags))
        {
            WithConfidence = [.. texts.SelectMany(one => one.WithConfidence)],
        };
    }

    /// <summary>Puts each run of providers that can be remembered into one; their order stays.</summary>
    public static BoundProvider[] Group(IEnumerable<BoundProvider> providers)
    {
        var grouped = new List<BoundProvider>();
        var run = new List<BoundProvider>();
        foreach (var provider in providers)
        {
            if (provider.Reads is not null)
            {
                run.Add(provider);
                continue;
            }

            Take(run, grouped);
            grouped.Add(provider);
        }

        Take(run, grouped);
        return [.. grouped];
    }

    /// <inheritdoc />
    public override void Collect(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, in AttributionContext context, AttributionScratch scratch)
    {
        var memory = scratch.MemoryOf(this);
        if (memory.TryAdd(_texts, buffer, slots, scratch))
        {
            return;
        }

        var counts = scratch.Counts;
        var (first, declared, unknown, table) = (scratch.FindingCount, counts.Declared, counts.DeclaredUnknown, counts.Table);
        foreach (var provider in _providers)
        {
            provider.Collect(buffer, slots, context, scratch);
        }

        memory.Keep(scratch.Findings[first..], counts.Declared - declared, counts.DeclaredUnknown - unknown, counts.Table - table);
    }

    private static void Take(List<BoundProvider> run, List<BoundProvider> grouped)
    {
        if (run.Count > 0)
        {
            grouped.Add(new RememberedProviders([.. run]));
            run.Clear();
        }
    }
}
