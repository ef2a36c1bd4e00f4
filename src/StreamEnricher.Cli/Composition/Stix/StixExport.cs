using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Delivery.Intelligence;
using StreamEnricher.Enrichment.Encoders.Stix;
using StreamEnricher.Kafka.Reading;

namespace StreamEnricher.Cli.Composition.Stix;

/// <summary>Makes a bundle of the objects of a time, the newest version of each in it, with all that they refer to, dependencies first.</summary>
/// <param name="since">Only objects that were modified then or later; null: all.</param>
/// <param name="until">Versions from then on do not count; null: all do.</param>
internal sealed class StixExport(DateTimeOffset? since, DateTimeOffset? until)
{
    private readonly Dictionary<string, (StixDelivery Stix, DateTimeOffset? Modified)> _newest = new(StringComparer.Ordinal);

    /// <summary>Records that were no STIX objects.</summary>
    public int Skipped { get; private set; }

    /// <summary>Takes a record: an object, or the tombstone of one.</summary>
    public void Add(FollowedRecord record)
    {
        if (record.Value is null)
        {
            _newest.Remove(Encoding.UTF8.GetString(record.Key ?? []));
            return;
        }

        StixDelivery stix;
        try
        {
            stix = StixObjectReader.Read(record.Value);
        }
        catch (JsonException)
        {
            Skipped++;
            return;
        }

        DateTimeOffset? modified = DateTimeOffset.TryParse(stix.Modified, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
        if ((until is null || modified is null || modified < until) && (!_newest.TryGetValue(stix.Id, out var known) || known.Modified is null || modified > known.Modified))
        {
            _newest[stix.Id] = (stix, modified);
        }
    }

    /// <summary>Writes the bundle; nothing when no object is of the time. Returns how many objects it has.</summary>
    public async Task<int> WriteAsync(Stream output, CancellationToken cancellation)
    {
        var ordered = new List<StixDelivery>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (stix, modified) in _newest.Values.Where(one => since is null || one.Modified >= since).OrderBy(static one => one.Modified ?? DateTimeOffset.MinValue).ToList())
        {
            Collect(stix, seen, ordered);
        }

        if (ordered.Count == 0)
        {
            return 0;
        }

        // The same objects make the same bundle.
        var id = StixIds.Create("bundle", [.. ordered.Select(static one => $"{one.Id} {one.Modified}")]);
        await output.WriteAsync(Encoding.UTF8.GetBytes($"{{\"type\":\"bundle\",\"id\":\"{id}\",\"objects\":["), cancellation);
        for (var i = 0; i < ordered.Count; i++)
        {
            await output.WriteAsync(i == 0 ? "\n"u8.ToArray() : ",\n"u8.ToArray(), cancellation);
            await output.WriteAsync(ordered[i].Json, cancellation);
        }

        await output.WriteAsync("\n]}\n"u8.ToArray(), cancellation);
        return ordered.Count;
    }

    private void Collect(StixDelivery stix, HashSet<string> seen, List<StixDelivery> ordered)
    {
        if (!seen.Add(stix.Id))
        {
            return;
        }

        foreach (var reference in stix.References)
        {
            if (_newest.TryGetValue(reference, out var other))
            {
                Collect(other.Stix, seen, ordered);
            }
        }

        ordered.Add(stix);
    }
}
