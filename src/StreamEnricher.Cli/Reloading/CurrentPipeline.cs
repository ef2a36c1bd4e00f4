using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Cli.Reloading;

/// <summary>The version of a pipeline that is at work, for all who follow its reloads. Thread-safe.</summary>
/// <param name="first">The version that the run begins with; owned from here on.</param>
internal sealed class CurrentPipeline(PipelineVersion first) : IAsyncDisposable
{
    private volatile PipelineVersion _version = first;
    private volatile string? _refusal;

    /// <summary>The version now. Who needs several things of it takes it once.</summary>
    public PipelineVersion Version => _version;

    /// <summary>Its options.</summary>
    public PipelineOptions Options => _version.Options;

    /// <summary>Its ATT&amp;CK release.</summary>
    public AttackCatalogue Catalogue => _version.Plan.Catalogue;

    /// <summary>Why the files as they are now are not at work, without secrets; null when they are.</summary>
    public string? Refusal
    {
        get => _refusal;
        set => _refusal = value;
    }

    /// <summary>Puts another version in the place of the one at work. Batches in work end with the old one; those that wait for an attribution service that is gone with it begin again with the new.</summary>
    /// <param name="next">Owned from here on.</param>
    public async Task ExchangeAsync(PipelineVersion next)
    {
        var old = _version;

        // In this order: who finds the old one's services gone must find the new version.
        _version = next;
        await old.Plan.DisposeAsync(next.Plan);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _version.Plan.DisposeAsync();
}
