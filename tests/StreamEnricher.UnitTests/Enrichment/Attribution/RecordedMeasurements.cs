using System.Diagnostics.Metrics;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

/// <summary>Every measurement of one meter, as "instrument tag-values value".</summary>
internal sealed class RecordedMeasurements : IDisposable
{
    private readonly MeterListener _listener = new();

    public RecordedMeasurements(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string[] words = [instrument.Name, .. tags.ToArray().Select(tag => tag.Value!.ToString()!), value.ToString(System.Globalization.CultureInfo.InvariantCulture)];
            Lines.Add(string.Join(' ', words));
        });
        _listener.Start();
    }

    public List<string> Lines { get; } = [];

    public void Dispose() => _listener.Dispose();
}
