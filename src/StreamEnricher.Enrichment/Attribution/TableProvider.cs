using StreamEnricher.Core.Attribution;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Evidence from signature tables and from the keyword table.</summary>
/// <param name="tables">Signature tables, in the pipeline's order.</param>
/// <param name="keywords">Phrases to search texts for; null for none.</param>
internal sealed class TableProvider(IReadOnlyList<SignatureTable> tables, KeywordTable? keywords) : AttributionProvider
{
    /// <inheritdoc />
    public override string Name => "table";

    /// <inheritdoc />
    public override BoundProvider? Bind(AttributionSpec spec)
    {
        var lookups = new List<Lookup>();
        foreach (var table in tables)
        {
            foreach (var field in spec.Tables.Where(field => field.Table == table.Name))
            {
                if (table.KeysOf(field.Path) is { } keys)
                {
                    lookups.Add(new Lookup(table, field, keys.GetAlternateLookup<ReadOnlySpan<byte>>(), new Finding?[table.Rows.Count]));
                }
            }
        }

        var search = keywords?.Bind(spec);
        return lookups.Count == 0 && search is null ? null : new Bound([.. lookups], search);
    }

    private sealed class Bound(Lookup[] lookups, BoundKeywords? search) : BoundProvider
    {
        public override TextsRead Reads { get; } = new([.. lookups.Select(lookup => lookup.Source.Slot), .. search?.Slots ?? []], Tags: search?.ReadsTags ?? false);

        public override void Collect(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, in AttributionContext context, AttributionScratch scratch)
        {
            foreach (var lookup in lookups)
            {
                var texts = new TextElements(buffer, slots[lookup.Source.Slot], scratch);
                while (texts.MoveNext())
                {
                    if (lookup.Keys.TryGetValue(texts.Current, out var rows))
                    {
                        foreach (var row in rows)
                        {
                            scratch.Counts.Table++;
                            scratch.Add(lookup.FindingOf(row));
                        }
                    }
                }
            }

            search?.Collect(buffer, slots, scratch);
        }
    }

    private sealed class Lookup(
        SignatureTable table, TableField source, Dictionary<byte[], int[]>.AlternateLookup<ReadOnlySpan<byte>> keys, Finding?[] findings)
    {
        public TableField Source => source;

        public Dictionary<byte[], int[]>.AlternateLookup<ReadOnlySpan<byte>> Keys => keys;

        public Finding FindingOf(int index)
        {
            if (Volatile.Read(ref findings[index]) is { } known)
            {
                return known;
            }

            var row = table.Rows[index];
            var made = new Finding(new Evidence("table", row.Techniques, row.Confidence, row.Rule, source.Path, row.Rule.Id));
            return Interlocked.CompareExchange(ref findings[index], made, null) ?? made;
        }
    }
}
