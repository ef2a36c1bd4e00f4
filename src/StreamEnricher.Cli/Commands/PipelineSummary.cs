using System.Globalization;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Commands;

/// <summary>A pipeline in one line.</summary>
internal static class PipelineSummary
{
    /// <summary>Its name, sources, sinks and listener.</summary>
    public static string Of(PipelineOptions options)
    {
        var topics = options.Sources.Sum(source => source.Value.Topics.Count);
        var sinks = options.ActiveSinks.Select(sink => $"{sink.Key} ({sink.Value.Kind!.Name} {sink.Value.Kind.Address})");
        var off = options.Sinks.Where(sink => sink.Value.Kind is { HasAddress: false }).Select(sink => sink.Key).ToList();
        return $"pipeline {options.Name}, sources {string.Join(", ", options.Sources.Select(source => source.Key))} ({topics} {(topics == 1 ? "topic" : "topics")} of {options.Kafka.BootstrapServers})"
            + $", sinks {string.Join(", ", sinks)}{(off.Count == 0 ? "" : $", off: {string.Join(", ", off)}")}"
            + $", dead letters to {options.DeadLetters?.Topic ?? options.DeadLetters?.Directory}"
            + $", {(options.Api is null ? "no listener" : $"listens on {options.Api.Listen}")}";
    }

    /// <summary>What a run has done.</summary>
    public static string Of(PipelineOptions options, RunTotals totals)
    {
        var sinks = options.ActiveSinks.Select(sink => string.Create(
            CultureInfo.InvariantCulture,
            $"{sink.Key} {totals.Of(sink.Key, "delivered")} delivered, {totals.Of(sink.Key, "duplicate")} there before, {totals.Of(sink.Key, "rejected")} rejected"));
        return string.Create(CultureInfo.InvariantCulture, $"{totals.Records} records read; {string.Join("; ", sinks)}; {totals.DeadLetters} dead letters");
    }
}
