using StreamEnricher.Core.Attribution;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>The keyword search of one format's fields, and of the tags of its related indicators.</summary>
internal sealed class BoundKeywords
{
    private readonly KeywordTable _table;
    private readonly PhraseSearch _search;
    private readonly AttributionField[] _fields;
    private readonly Finding?[][] _findings;
    private readonly AttributionField? _tags;
    private readonly Finding?[] _tagFindings;

    public BoundKeywords(KeywordTable table, PhraseSearch search, AttributionSpec spec)
    {
        _table = table;
        _search = search;
        _fields = [.. spec.Keywords.Where(field => field.Slot != spec.RelatedIndicators?.Slot)];
        _findings = [.. _fields.Select(_ => new Finding?[table.Rows.Count])];
        _tags = spec.RelatedIndicators is { } related ? related with { Path = related.Path + ".tags" } : null;
        _tagFindings = new Finding?[table.Rows.Count];
    }

    /// <summary>Slots of the fields that are searched.</summary>
    public IEnumerable<int> Slots => _fields.Select(static one => one.Slot);

    /// <summary>The tags of related indicators are searched, too.</summary>
    public bool ReadsTags => _tags is not null;

    /// <summary>Adds what the phrases in an event say.</summary>
    public void Collect(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, AttributionScratch scratch)
    {
        for (var index = 0; index < _fields.Length; index++)
        {
            var texts = new TextElements(buffer, slots[_fields[index].Slot], scratch);
            while (texts.MoveNext())
            {
                Search(texts.Current, _fields[index], _findings[index], scratch);
            }
        }

        if (_tags is null)
        {
            return;
        }

        foreach (var tag in scratch.Related.Tags)
        {
            Search(scratch.Text(buffer, tag), _tags, _tagFindings, scratch);
        }
    }

    private void Search(ReadOnlySpan<byte> text, AttributionField field, Finding?[] findings, AttributionScratch scratch)
    {
        var matches = scratch.Matches;
        matches.Find(text, _search);
        for (var index = 0; index < matches.Count; index++)
        {
            scratch.Counts.Table++;
            scratch.Add(FindingOf(matches[index], field, findings));
        }
    }

    private Finding FindingOf(int phrase, AttributionField field, Finding?[] findings)
    {
        if (Volatile.Read(ref findings[phrase]) is { } known)
        {
            return known;
        }

        var row = _table.Rows[phrase];
        var made = new Finding(new Evidence("table", row.Techniques, row.Confidence, row.Rule, field.Path, row.Phrase));
        return Interlocked.CompareExchange(ref findings[phrase], made, null) ?? made;
    }
}
