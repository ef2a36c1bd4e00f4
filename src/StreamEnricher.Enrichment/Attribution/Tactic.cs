namespace StreamEnricher.Enrichment.Attribution;

/// <summary>A tactic.</summary>
/// <param name="Id">TA0002.</param>
/// <param name="Name">Execution.</param>
/// <param name="ShortName">Kill chain phase name: execution.</param>
/// <param name="Order">Place in the matrix from 1.</param>
internal sealed record Tactic(string Id, string Name, string ShortName, int Order);
