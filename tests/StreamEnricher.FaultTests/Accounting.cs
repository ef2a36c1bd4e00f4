using System.Globalization;
using System.Text.Json;

namespace StreamEnricher.FaultTests;

/// <summary>What became of every record that was produced.</summary>
/// <param name="Produced">How many.</param>
/// <param name="MissingInSearch">Neither in the data stream nor a dead letter.</param>
/// <param name="MissingInHec">Neither at the collector nor a dead letter.</param>
/// <param name="Unknown">Ids in some sink that no record has.</param>
/// <param name="HecDuplicates">Events that the collector got more than once, each time more counted.</param>
/// <param name="DeadLetters">Dead letters.</param>
internal sealed record Accounting(int Produced, int MissingInSearch, int MissingInHec, int Unknown, long HecDuplicates, int DeadLetters)
{
    /// <summary>What must not be.</summary>
    public IReadOnlyList<string> Problems =>
    [
        .. Problem(MissingInSearch, "records are missing in the data stream"),
        .. Problem(MissingInHec, "records are missing at the collector"),
        .. Problem(Unknown, "ids belong to no record"),
    ];

    /// <summary>As facts.</summary>
    public IReadOnlyList<(string What, string Value)> Facts =>
    [
        ("records produced", Text(Produced)),
        ("missing in OpenSearch / at the collector", $"{Text(MissingInSearch)} / {Text(MissingInHec)}"),
        ("dead letters", Text(DeadLetters)),
        ("duplicates at the collector", Text(HecDuplicates)),
    ];

    /// <summary>Compares.</summary>
    /// <param name="produced">Ids of the records.</param>
    /// <param name="search">Ids in the data stream; it has each once.</param>
    /// <param name="hec">How often the collector got each.</param>
    /// <param name="deadLetters">Ids of dead letters, with their sinks.</param>
    public static Accounting Of(IReadOnlySet<UInt128> produced, IReadOnlySet<UInt128> search, IReadOnlyDictionary<UInt128, int> hec, IReadOnlySet<(string Sink, UInt128 Id)> deadLetters) => new(
        produced.Count,
        produced.Count(id => !search.Contains(id) && !deadLetters.Contains(("siem", id)) && !deadLetters.Contains(("*", id))),
        produced.Count(id => !hec.ContainsKey(id) && !deadLetters.Contains(("splunk", id)) && !deadLetters.Contains(("*", id))),
        search.Concat(hec.Keys).Count(id => !produced.Contains(id)),
        hec.Values.Sum(static times => times - 1L),
        deadLetters.Count);

    /// <summary>Dead letters of a folder.</summary>
    public static IReadOnlySet<(string Sink, UInt128 Id)> ReadDeadLetters(string folder)
    {
        var letters = new HashSet<(string, UInt128)>();
        foreach (var line in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).SelectMany(File.ReadLines) : [])
        {
            using var letter = JsonDocument.Parse(line);
            var id = letter.RootElement.GetProperty("event_id").GetString()!;
            letters.Add((letter.RootElement.GetProperty("dead_letter.sink").GetString()!, UInt128.Parse(id, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        }

        return letters;
    }

    /// <summary>A number for people.</summary>
    public static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Problem(int count, string what) => count == 0 ? [] : [$"{Text(count)} {what}"];
}
