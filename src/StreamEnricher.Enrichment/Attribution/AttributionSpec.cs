using StreamEnricher.Enrichment.Attribution.Sigma;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>What attribution reads of a format's events. Compiled from the format once; compared by reference.</summary>
internal sealed class AttributionSpec
{
    /// <summary>A spec that asks for nothing.</summary>
    public static AttributionSpec Empty { get; } = new();

    /// <summary>Fields with technique ids that the producer states; a string or an array of strings.</summary>
    public IReadOnlyList<AttributionField> Declared { get; init; } = [];

    /// <summary>Fields whose value is a key of a table.</summary>
    public IReadOnlyList<TableField> Tables { get; init; } = [];

    /// <summary>Fields with text that the keyword table is searched in; a string or an array of strings. The tags of <see cref="RelatedIndicators"/> are searched too when there is any.</summary>
    public IReadOnlyList<AttributionField> Keywords { get; init; } = [];

    /// <summary>Fields whose value the attribution service is asked about; a scalar or an array of scalars.</summary>
    public IReadOnlyList<IndicatorField> Indicators { get; init; } = [];

    /// <summary>Field with an array of objects {id, type, value, severity?, tags?} that the attribution service is asked about; null when the format has none.</summary>
    public AttributionField? RelatedIndicators { get; init; }

    /// <summary>What Sigma rules read; null when the format is for none.</summary>
    public SigmaBinding? Sigma { get; init; }

    /// <summary>Slot of the producer's own confidence (0 to 1), -1 when the format has none.</summary>
    public int Confidence { get; init; } = -1;
}

/// <summary>A field that attribution reads.</summary>
/// <param name="Slot">Slot of the format's plan.</param>
/// <param name="Path">Source path, as evidence names it.</param>
internal sealed record AttributionField(int Slot, string Path);

/// <summary>A field whose value is looked up in a table.</summary>
/// <param name="Table">Name of the table, such as et-open.</param>
/// <param name="Slot">Slot of the format's plan.</param>
/// <param name="Path">Source path, as evidence and the table's own column name it.</param>
internal sealed record TableField(string Table, int Slot, string Path);

/// <summary>A field whose value is an indicator.</summary>
/// <param name="Type">Type in the service's words: ip, domain, url, hash, …</param>
/// <param name="Slot">Slot of the format's plan.</param>
/// <param name="Path">Source path, as evidence names it.</param>
internal sealed record IndicatorField(string Type, int Slot, string Path);
