using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using StreamEnricher.Cli.Api.Group;
using StreamEnricher.Cli.Api.Live;
using StreamEnricher.Cli.Api.Status;
using StreamEnricher.Kafka.Progress;

namespace StreamEnricher.Cli.Commands.Live;

/// <summary>How a pipeline stands, as tables.</summary>
internal static class TopView
{
    /// <summary>Partitions that are listed; those furthest behind come first.</summary>
    private const int MostPartitions = 20;

    private static readonly string[] SizeUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>All of it.</summary>
    /// <param name="live">The process's figures.</param>
    /// <param name="group">All processes; null when the brokers could not be asked.</param>
    public static IRenderable Of(LiveView live, GroupAnswer? group)
    {
        var sinks = live.Sinks.Where(static sink => sink.Enabled).Select(static sink => sink.Name!).ToList();
        var rows = new List<IRenderable> { Head(live), Totals(live), Text.Empty, Sinks(live.Sinks) };
        rows.AddRange(Troubles(live));
        rows.AddRange([Text.Empty, Topics(live.Topics), Text.Empty, Partitions(live, sinks)]);
        if (group is not null)
        {
            rows.AddRange([Text.Empty, Members(group, sinks)]);
        }

        return new Rows(rows);
    }

    private static Markup Head(LiveView live) => Line(
        $"[bold]{Escape(live.Pipeline)}[/]  group {Escape(live.Group)}  {(live.Problems.Count == 0 ? "[green]" : "[red]")}{live.State.ToString().ToLowerInvariant()}[/]  StreamEnricher {Escape(live.Version)}  "
        + live.Time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    private static Markup Totals(LiveView live)
    {
        var asked = live.Cache.Hits + live.Cache.Misses + live.Cache.Stale;
        var used = live.Memory.Limit > 0 ? 100.0 * live.Memory.Used / live.Memory.Limit : 0;
        return Line(string.Create(
            CultureInfo.InvariantCulture,
            $"read {Rate(live.Rate)}/s ({Number(live.Records)})  lag {Number(live.Lag)}  memory {Size(live.Memory.Used)} of {Size(live.Memory.Limit)} ({used:0.0} %)  cache {(asked > 0 ? $"{100.0 * live.Cache.Hits / asked:0.0} % hits" : "not asked")}  dead letters {Number(live.DeadLetters.Sum(static one => one.Count))}"));
    }

    private static Table Sinks(IReadOnlyList<SinkState> sinks)
    {
        var table = Columns("SINK", "KIND", "STATE", ">ITEMS/S", ">DELIVERED", ">LAG", ">QUEUE", ">REQUESTS", ">RETRIES", ">DEAD LETTERS");
        foreach (var sink in sinks)
        {
            table.AddRow(
                Cell(sink.Name ?? ""), Cell(sink.Kind), State(sink), Cell(Rate(sink.Rate)), Cell(Number(sink.Delivered)), Cell(Number(sink.Lag)), Cell(Size(sink.Queue.Bytes)),
                Cell(Number(sink.Concurrency)), Cell(Number(sink.Retries)), Cell(Number(sink.DeadLetters)));
        }

        return table;
    }

    /// <summary>What is wrong and what to do, a line each, and what went wrong lately.</summary>
    private static IEnumerable<Markup> Troubles(LiveView live)
    {
        foreach (var sink in live.Sinks.Where(static sink => sink.Held))
        {
            yield return Line($"[red]![/] {Escape($"{sink.Name} is held: {sink.HeldReason}. {sink.Advice}")}");
        }

        foreach (var problem in live.Problems.Where(static problem => !problem.StartsWith("the sink ", StringComparison.Ordinal)))
        {
            yield return Line($"[red]![/] {Escape(problem)}");
        }

        foreach (var sink in live.Sinks.Where(static sink => sink is { Held: false, LastError: not null }))
        {
            yield return Line($"[grey]{Escape($"{sink.Name}, last error: {sink.LastError}")}[/]");
        }
    }

    private static Markup State(SinkState sink) => !sink.Enabled ? new Markup("[grey]off[/]")
        : sink.Held ? new Markup("[red]held[/]")
        : sink.Paused ? new Markup("[yellow]paused[/]")
        : sink.Attached ? new Markup("[green]delivering[/]")
        : new Markup("[yellow]catching up[/]");

    private static Table Topics(IReadOnlyList<TopicFigures> topics)
    {
        var table = Columns("TOPIC", ">EVENTS/S", ">READ", ">LAG");
        foreach (var topic in topics)
        {
            table.AddRow(Cell(topic.Topic), Cell(Rate(topic.Rate)), Cell(Number(topic.Records)), Cell(Number(topic.Lag)));
        }

        return table;
    }

    private static Table Partitions(LiveView live, List<string> sinks)
    {
        var table = Columns(["PARTITION", ">LAG", ">OLDEST", .. sinks.Select(static sink => $">{sink}")]);
        foreach (var one in live.Partitions.OrderByDescending(static one => one.Lag).ThenBy(static one => one.Topic, StringComparer.Ordinal).ThenBy(static one => one.Partition).Take(MostPartitions))
        {
            table.AddRow(
            [
                Cell($"{one.Topic}/{one.Partition}"), Cell(Number(one.Lag)), Cell(one.Age > 0 ? string.Create(CultureInfo.InvariantCulture, $"{one.Age:0.0} s") : "-"),
                .. sinks.Select(sink => Cell(Number(one.SinkLags.GetValueOrDefault(sink)))),
            ]);
        }

        if (live.Partitions.Count > MostPartitions)
        {
            table.AddRow(Cell($"and {live.Partitions.Count - MostPartitions} more"));
        }

        return table;
    }

    /// <summary>Who reads what, and how far the sinks are behind there. Partitions that nobody reads stand at the end.</summary>
    private static Table Members(GroupAnswer group, List<string> sinks)
    {
        var table = Columns(["PROCESS OF THE GROUP", "HOST", ">PARTITIONS", .. sinks.Select(static sink => $">{sink} LAG")]);
        for (var i = 0; i < group.Members.Count; i++)
        {
            var (member, index) = (group.Members[i], i);
            table.AddRow([Cell(Name(member)), Cell(member.Host), Cell(Number(member.Partitions.Count)), .. Lags(group, index, sinks)]);
        }

        if (group.Partitions.Any(static one => one.Member is null))
        {
            table.AddRow([Cell("(nobody)"), Cell(""), Cell(Number(group.Partitions.Count(static one => one.Member is null))), .. Lags(group, null, sinks)]);
        }

        table.AddRow([Cell("all"), Cell(""), Cell(Number(group.Partitions.Count)), .. sinks.Select(sink => Cell(Number(group.Sinks.FirstOrDefault(one => one.Sink == sink)?.Lag ?? 0)))]);
        return table;
    }

    /// <summary>Processes with one client name are told apart by the beginning of what the broker adds to it.</summary>
    private static string Name(GroupMember member) => member.MemberId.StartsWith(member.ClientId + "-", StringComparison.Ordinal)
        ? member.MemberId[..Math.Min(member.MemberId.Length, member.ClientId.Length + 9)]
        : member.ClientId;

    private static IEnumerable<Markup> Lags(GroupAnswer group, int? member, List<string> sinks) =>
        sinks.Select(sink => Cell(Number(group.Partitions.Where(one => one.Member == member).Sum(one => one.SinkLags.GetValueOrDefault(sink)))));

    /// <summary>A table; the names of columns with numbers begin with &gt;.</summary>
    private static Table Columns(params string[] names)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var name in names)
        {
            var isNumber = name.StartsWith('>');
            table.AddColumn(new TableColumn($"[grey]{Escape(name.TrimStart('>'))}[/]") { Alignment = isNumber ? Justify.Right : Justify.Left, NoWrap = isNumber });
        }

        return table;
    }

    private static Markup Cell(string text) => new(Escape(text));

    private static Markup Line(string markup) => new(markup);

    private static string Escape(string text) => Markup.Escape(TerminalText.Safe(text));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rate(double rate) => rate.ToString(rate is 0 or >= 100 ? "N0" : "0.0", CultureInfo.InvariantCulture);

    private static string Size(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < SizeUnits.Length - 1; unit++)
        {
            value /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? value : Math.Round(value, 1))} {SizeUnits[unit]}");
    }
}
