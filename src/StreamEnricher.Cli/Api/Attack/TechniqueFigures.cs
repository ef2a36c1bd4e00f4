using StreamEnricher.Enrichment.Attribution.Tally;

namespace StreamEnricher.Cli.Api.Attack;

/// <summary>How often a technique was seen since this process's start.</summary>
/// <param name="Id">T1059 or T1059.001.</param>
/// <param name="Events">Events that it was found in.</param>
/// <param name="Confidence">The highest that any evidence gave it, 0 to 1.</param>
/// <param name="LastSeen">When the last of them passed.</param>
internal sealed record TechniqueFigures(string Id, long Events, double Confidence, DateTimeOffset LastSeen)
{
    /// <summary>All techniques seen, in the order of their ids.</summary>
    public static IReadOnlyList<TechniqueFigures> All(TechniqueTally tally) => [.. tally.All().Select(static one => new TechniqueFigures(one.Id, one.Events, one.Confidence, one.LastSeen))];
}
