using System.Globalization;
using Spectre.Console;
using StreamEnricher.Cli.Benching.Runs;
using StreamEnricher.Cli.Benching.Stages;

namespace StreamEnricher.Cli.Benching;

/// <summary>What <c>bench</c> prints.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Events">What was read.</param>
/// <param name="EventBytes">Mean bytes of an event.</param>
/// <param name="Sinks">Where the sinks delivered to.</param>
/// <param name="Rate">Events a second asked for; null for as many as possible.</param>
/// <param name="Machine">Cores, runtime, collector.</param>
/// <param name="Figures">What was measured.</param>
/// <param name="Stages">Where the time goes; empty when it was not asked for.</param>
internal sealed record BenchReport(
    string Pipeline, string Events, double EventBytes, string Sinks, double? Rate, string Machine, BenchFigures Figures, IReadOnlyList<StageFigures> Stages)
{
    private const int BarWidth = 30;

    /// <summary>Cores, runtime and collector of this process.</summary>
    public static string ThisMachine { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {(System.Runtime.GCSettings.IsServerGC ? "server" : "workstation")} GC, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");

    /// <summary>Prints tables.</summary>
    public void Print(IAnsiConsole console, TextWriter text)
    {
        text.WriteLine($"{Pipeline}: {Events}, mean {Number(EventBytes)} B, {(Rate is { } rate ? $"{Number(rate)} events/s whatever happens" : "as fast as it goes")}, sinks: {Sinks}; {Machine}");
        var whole = Table("Run", "what", "");
        whole.AddRow("events/s, settled in every sink", Number(Figures.EventsPerSecond));
        whole.AddRow("MB/s read", Number(Figures.MegabytesPerSecond, 1));
        whole.AddRow("CPU seconds a million events", Number(Figures.CpuSecondsPerMillion, 2));
        whole.AddRow("bytes allocated an event", Number(Figures.AllocatedBytesPerEvent, 1));
        whole.AddRow("collections gen 0 / 1 / 2", string.Join(" / ", Figures.Collections));
        whole.AddRow("paused by them, ms", Number(Figures.PauseMilliseconds, 1));
        whole.AddRow("largest resident size, MiB", Number(Figures.PeakMebibytes));
        whole.AddRow("largest use of limits.memory, MiB", Number(Figures.PeakBudgetMebibytes, 1));
        if (Figures.ReceiverCpuSecondsPerMillion > 0)
        {
            whole.AddRow("receiver: CPU seconds a million, left out above", Number(Figures.ReceiverCpuSecondsPerMillion, 2));
            whole.AddRow("receiver: MB/s over the wire", Number(Figures.WireMegabytesPerSecond, 1));
        }

        console.Write(whole);
        console.Write(SinkTable());
        if (Stages.Count > 0)
        {
            console.Write(StageTable());
        }

        if (Figures.DeadLetters > 0)
        {
            text.WriteLine($"{Number(Figures.DeadLetters)} events became dead letters, the first: {Figures.FirstDeadLetter}");
        }

        foreach (var problem in Figures.Problems)
        {
            text.WriteLine($"sink {problem}");
        }
    }

    private static Table Table(string title, params string[] columns)
    {
        var table = new Table { Title = new TableTitle(title), Border = TableBorder.Rounded };
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(columns[i]);
            table.AddColumn(i > 0 ? column.RightAligned() : column);
        }

        return table;
    }

    private static string Number(double value, int decimals = 0) => value.ToString("N" + decimals, CultureInfo.InvariantCulture);

    private Table SinkTable()
    {
        var table = Table(Rate is null ? "Sinks; ms from read to answered" : "Sinks; ms from due to answered", "sink", "events/s", "MB/s", "p50", "p90", "p99", "p99.9", "max");
        foreach (var sink in Figures.Sinks)
        {
            table.AddRow(
                [Markup.Escape(sink.Name), Number(sink.EventsPerSecond), Number(sink.MegabytesPerSecond, 1), .. sink.Latency is { } ms
                    ? new[] { ms.P50, ms.P90, ms.P99, ms.P999, ms.Max }.Select(static value => Number(value, 1))
                    : Enumerable.Repeat("-", 5)]);
        }

        return table;
    }

    private Table StageTable()
    {
        var table = Table("Where the CPU goes, each stage run alone", "stage", "µs an event", "share", "");
        table.Columns[^1].LeftAligned();
        foreach (var stage in Stages)
        {
            table.AddRow(Markup.Escape(stage.Name), Number(stage.Microseconds, 2), $"{Number(stage.Share * 100)} %", new string('█', (int)Math.Round(stage.Share * BarWidth)));
        }

        return table;
    }
}
