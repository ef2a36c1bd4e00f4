using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Cli.Benching.Load;

/// <summary>What a bench reads: events, and the source entries that say what they are.</summary>
/// <param name="Streams">Events by source entry.</param>
/// <param name="Sources">Name and format of each of these entries.</param>
internal sealed record LoadStreams(IReadOnlyList<LoadStream> Streams, IReadOnlyList<SourceFormat> Sources)
{
    /// <summary>All kinds that a bench without a word about events mixes.</summary>
    public const string Mixed = "mixed";

    private const string Recognised = "input";

    /// <summary>Mean bytes of an event.</summary>
    public double EventBytes => Streams.Average(static stream => stream.Events.Average(static one => one.Length));

    /// <summary>Generated events, each kind in the source entry of its format, or one that recognises it.</summary>
    /// <param name="kinds">Formats among <see cref="EventGenerator.Kinds"/>.</param>
    /// <param name="distinct">Different events of each kind.</param>
    /// <param name="size">Least bytes of an event.</param>
    /// <param name="source">Source entry for all of them; null to choose by format.</param>
    /// <param name="options">The pipeline.</param>
    /// <param name="plan">Its formats.</param>
    public static LoadStreams Generate(IReadOnlyList<string> kinds, int distinct, int size, string? source, PipelineOptions options, EnrichmentPlan plan) => Of(
        [.. kinds.Select(kind => Stream(source ?? EntryFor(kind, options), EventGenerator.Create(kind, distinct, size), options))], plan);

    /// <summary>Events of a file, one a line.</summary>
    /// <param name="events">The events; at least one.</param>
    /// <param name="source">Source entry; null for the only one of the pipeline, or one whose events are recognised.</param>
    /// <param name="options">The pipeline.</param>
    /// <param name="plan">Its formats.</param>
    public static LoadStreams Replay(IReadOnlyList<byte[]> events, string? source, PipelineOptions options, EnrichmentPlan plan) =>
        Of([Stream(source ?? (options.Sources.Count == 1 ? options.Sources[0].Key : Recognised), events, options)], plan);

    private static LoadStreams Of(IReadOnlyList<LoadStream> streams, EnrichmentPlan plan) =>
        new(streams, [.. plan.Sources(), new SourceFormat(Recognised, null)]);

    private static LoadStream Stream(string source, IReadOnlyList<byte[]> events, PipelineOptions options)
    {
        var topic = options.Sources.Where(entry => entry.Key == source).SelectMany(static entry => entry.Value.Topics).FirstOrDefault(static topic => topic[0] != '^');
        return new LoadStream(source, topic ?? source, events);
    }

    private static string EntryFor(string kind, PipelineOptions options) =>
        options.Sources.Where(entry => entry.Value.Format == kind).Concat(options.Sources.Where(static entry => entry.Value.Format == "auto"))
            .Select(static entry => entry.Key).FirstOrDefault(Recognised);
}
