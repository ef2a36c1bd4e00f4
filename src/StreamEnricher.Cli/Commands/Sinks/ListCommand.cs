using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamEnricher.Kafka.Progress;

namespace StreamEnricher.Cli.Commands.Sinks;

/// <summary><c>sink list</c>.</summary>
internal static class ListCommand
{
    /// <summary>The command.</summary>
    public static DocumentedCommand Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var sink = new Argument<string?>("SINK") { Description = "One sink; all when left out.", Arity = ArgumentArity.ZeroOrOne };
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "list",
            "Show for each sink and partition how far it is settled, how many records are left, and what a process that runs the pipeline here says of the sink.",
            "streamenricher sink list pipelines/detections.yaml")
        {
            pipeline, sink, set, output,
        };
        command.SetAction((parsed, cancellation) => SinkCommand.UseAsync(
            parsed,
            pipeline,
            set,
            terminal,
            options => parsed.GetValue(sink) is { } one ? [one] : [.. options.ActiveSinks.Select(static active => active.Key)],
            async work =>
            {
                var states = work.Api is null ? null : await work.Api.TryStatesAsync(cancellation);
                var places = await work.Groups.ListAsync(work.Sinks, cancellation);
                Write([.. places.Select(place => new ReportedPlace(place, states?.GetValueOrDefault(place.Sink)))], parsed.GetValue(output) == "json", terminal);
                return ExitCodes.Done;
            }));
        return command;
    }

    /// <summary>Writes where sinks stand.</summary>
    public static void Write(IReadOnlyList<ReportedPlace> places, bool json, Terminal terminal)
    {
        if (json)
        {
            foreach (var place in places)
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(place, CommandJson.Default.ReportedPlace));
            }

            return;
        }

        terminal.Out.WriteLine($"{"SINK",-16} {"STATE",-9} {"PARTITION",-32} {"SETTLED",12} {"END",12} {"LAG",12}");
        foreach (var place in places)
        {
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{place.Sink,-16} {place.State ?? "-",-9} {place.Topic + "/" + place.Partition,-32} {Text(place.Settled),12} {place.High,12} {Text(place.Lag),12}"));
        }
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}

/// <summary>Where a sink stands in a partition, as it is printed.</summary>
/// <param name="Sink">The sink's name.</param>
/// <param name="State">attached, detached, paused or held; null when no process of the pipeline answers here.</param>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Settled">The offset below which it has settled everything; null when nothing is committed.</param>
/// <param name="Low">The first offset that the topic has.</param>
/// <param name="High">One above its last.</param>
/// <param name="Lag">Records that it has not settled.</param>
internal sealed record ReportedPlace(string Sink, string? State, string Topic, int Partition, long? Settled, long Low, long High, long? Lag)
{
    /// <summary>A place with the state of its sink.</summary>
    public ReportedPlace(SinkPlace place, string? state)
        : this(place.Sink, state, place.Topic, place.Partition, place.Settled, place.Low, place.High, place.Lag)
    {
    }
}
