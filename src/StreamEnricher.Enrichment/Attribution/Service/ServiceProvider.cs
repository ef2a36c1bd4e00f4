using Microsoft.Extensions.Logging;

namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>Evidence from the attribution service.</summary>
internal sealed class ServiceProvider : AttributionProvider, IAsyncDisposable
{
    private readonly AnswerBook _answers;
    private readonly TimeProvider _time;

    /// <param name="options">How it is asked.</param>
    /// <param name="http">Client with <see cref="HttpClient.Timeout"/> infinite; not disposed of here.</param>
    /// <param name="catalogue">Release that its techniques are looked up in.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">For the operator.</param>
    public ServiceProvider(ServiceOptions options, HttpClient http, AttackCatalogue catalogue, TimeProvider time, ILogger logger)
    {
        _answers = new AnswerBook(options, http, catalogue, time, logger);
        _time = time;
    }

    /// <inheritdoc />
    public override string Name => "service";

    /// <inheritdoc />
    public override BoundProvider? Bind(AttributionSpec spec) =>
        spec.Indicators.Count == 0 && spec.RelatedIndicators is null ? null : new BoundService(_answers, _time, spec);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _answers.DisposeAsync();
}
