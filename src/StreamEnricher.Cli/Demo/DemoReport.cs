using System.Globalization;
using Spectre.Console;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Cli.Demo;

/// <summary>What a demo run came to.</summary>
/// <param name="Produced">Events written to the broker, by format.</param>
/// <param name="Documents">Documents that the bulk receiver stored.</param>
/// <param name="Envelopes">Events that the HEC receiver stored.</param>
/// <param name="FileLines">Lines in the files.</param>
/// <param name="CommonEvents">Common events acknowledged by the broker.</param>
/// <param name="StixObjects">STIX objects acknowledged by the broker.</param>
/// <param name="DeadLetters">Dead letters.</param>
/// <param name="Faults">What the receivers found wrong.</param>
/// <param name="Techniques">Technique id and the number of its documents, most frequent first.</param>
/// <param name="Seconds">From the first event read to the last one settled.</param>
internal sealed record DemoReport(
    IReadOnlyDictionary<string, int> Produced, int Documents, int Envelopes, long FileLines, long CommonEvents, long StixObjects, long DeadLetters,
    IReadOnlyList<string> Faults, IReadOnlyList<KeyValuePair<string, int>> Techniques, double Seconds)
{
    private const int TopTechniques = 10;

    /// <summary>Events written.</summary>
    public int Total => Produced.Values.Sum();

    /// <summary>Every event reached every sink, once, and was right.</summary>
    public bool IsComplete => Faults.Count == 0 && DeadLetters == 0 && Documents == Total && Envelopes == Total && FileLines == Total && CommonEvents == Total;

    /// <summary>Collects what a run left behind.</summary>
    public static DemoReport Of(IReadOnlyDictionary<string, int> produced, DemoReceivers receivers, RunTotals totals, string directory, double seconds) => new(
        produced,
        receivers.Bulk.Documents,
        receivers.Hec.Events,
        Directory.EnumerateFiles(Path.Combine(directory, "events")).Sum(file => File.ReadLines(file).LongCount()),
        totals.Of("events", "delivered"),
        totals.Of("intel", "delivered"),
        totals.DeadLetters,
        [.. receivers.Bulk.Faults.Concat(receivers.Hec.Faults).Select(fault => $"{fault.Key} ({fault.Value})")],
        [.. receivers.Bulk.Techniques.OrderByDescending(technique => technique.Value).ThenBy(technique => technique.Key, StringComparer.Ordinal)],
        seconds);

    /// <summary>Prints the tables on <paramref name="console"/>, and lines that must not be wrapped on <paramref name="text"/>.</summary>
    public void Print(IAnsiConsole console, TextWriter text, AttackCatalogue catalogue, string directory)
    {
        var delivered = Table("Delivered", "to", "what", "items");
        delivered.AddRow("siem", "Elasticsearch _bulk, ECS documents", Number(Documents));
        delivered.AddRow("splunk", "Splunk HEC envelopes", Number(Envelopes));
        delivered.AddRow("events", "Kafka topic, common events", Number(CommonEvents));
        delivered.AddRow("intel", "Kafka topic, STIX 2.1 objects", Number(StixObjects));
        delivered.AddRow("archive", "files, ECS documents", Number(FileLines));
        delivered.AddRow("", "dead letters", Number(DeadLetters));

        var read = Table("Read", "format", "events");
        foreach (var (format, count) in Produced)
        {
            read.AddRow(format, Number(count));
        }

        var found = Table($"Techniques: {Techniques.Count}, the first {Math.Min(TopTechniques, Techniques.Count)}", "id", "name", "events");
        foreach (var (id, count) in Techniques.Take(TopTechniques))
        {
            found.AddRow(id, Markup.Escape(catalogue.Find(id)?.Name ?? ""), Number(count));
        }

        console.Write(read);
        console.Write(delivered);
        console.Write(found);
        foreach (var fault in Faults.Take(5))
        {
            text.WriteLine($"wrong: {fault}");
        }

        var rate = Seconds > 0 ? Total / Seconds : 0;
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Total:N0} events to 5 sinks in {Seconds:0.0} s, {rate:N0} events/s, broker and receivers in the same process."));
        text.WriteLine($"Files and the pipeline of this run: {directory}");
        text.WriteLine(IsComplete ? "Every event was delivered to every sink." : "Not every event was delivered to every sink.");
    }

    private static Table Table(string title, params string[] columns)
    {
        var table = new Table { Title = new TableTitle(title), Border = TableBorder.Rounded };
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(columns[i]);
            table.AddColumn(i == columns.Length - 1 ? column.RightAligned() : column);
        }

        return table;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
