using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Delivery.Taxii;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.FunctionalTests.Delivery.Stix;

/// <summary>A second destination, as after a restart: it remembers nothing of what the first one has pushed.</summary>
internal sealed class AgainstTheSame : IAsyncDisposable
{
    public AgainstTheSame(TaxiiBench first) =>
        Destination = new TaxiiDestination(first.Options, Counters.Metrics, first.Clock, NullLogger<TaxiiDestination>.Instance);

    public TaxiiDestination Destination { get; }

    public SinkCounters Counters { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await Destination.DisposeAsync();
        Counters.Dispose();
    }
}
