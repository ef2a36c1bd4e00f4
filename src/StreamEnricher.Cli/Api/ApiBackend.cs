using StreamEnricher.Cli.Api.DeadLetters;
using StreamEnricher.Cli.Api.Group;
using StreamEnricher.Cli.Api.Live;
using StreamEnricher.Cli.Api.Posting;
using StreamEnricher.Cli.Api.Recent;
using StreamEnricher.Cli.Api.Sinks;
using StreamEnricher.Cli.Api.Status;
using StreamEnricher.Cli.Api.Taps;
using StreamEnricher.Cli.Api.Taxii;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Cli.Reloading;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Tally;

namespace StreamEnricher.Cli.Api;

/// <summary>What the calls of the API work on: a running pipeline.</summary>
internal sealed record ApiBackend
{
    /// <summary>The pipeline, which follows its files.</summary>
    public required CurrentPipeline Pipeline { get; init; }

    /// <summary>Its options now.</summary>
    public PipelineOptions Options => Pipeline.Options;

    /// <summary>The listener's options; they do not change while it runs.</summary>
    public required ApiOptions Api { get; init; }

    /// <summary>Whether it does its work.</summary>
    public required Func<Readiness> Readiness { get; init; }

    /// <summary>What it has done and does now.</summary>
    public required LiveFigures Figures { get; init; }

    /// <summary>Pauses, resumes and rewinds its sinks.</summary>
    public required SinkControl Sinks { get; init; }

    /// <summary>Takes events in.</summary>
    public required EventPoster Poster { get; init; }

    /// <summary>Recent enriched events.</summary>
    public required RecentEvents Recent { get; init; }

    /// <summary>ATT&amp;CK release that techniques are of.</summary>
    public AttackCatalogue Catalogue => Pipeline.Catalogue;

    /// <summary>Techniques seen since the start.</summary>
    public required TechniqueTally Techniques { get; init; }

    /// <summary>Sends what happens to those who listen.</summary>
    public required LiveStreams Streams { get; init; }

    /// <summary>Where events are looked at as they pass.</summary>
    public required TapPoint Taps { get; init; }

    /// <summary>Makes what a tap shows.</summary>
    public required Func<TapRequest, TapReader> TapReader { get; init; }

    /// <summary>Dead letters.</summary>
    public required DeadLetterDeck DeadLetters { get; init; }

    /// <summary>All processes of the pipeline.</summary>
    public required GroupView Group { get; init; }

    /// <summary>What the TAXII server serves; null when it is off.</summary>
    public TaxiiFeed? Taxii { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
