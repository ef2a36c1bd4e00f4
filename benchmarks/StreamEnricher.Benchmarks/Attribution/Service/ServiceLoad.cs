using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Service;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Testing;

namespace StreamEnricher.Benchmarks.Attribution.Service;

/// <summary>
/// <c>service [SECONDS]</c>: events at a fixed rate through the service provider, against a service of 20 ms. Open loop: an event's time begins when it was due, so that
/// a stall counts for all that had to wait. As in the engine, several workers share the provider.
/// </summary>
internal static class ServiceLoad
{
    private const int EventsPerSecond = 100_000;
    private const int Distinct = 50_000;
    private const int BatchEvents = 500;
    private const int Workers = 2;
    private const int Entries = 200_000;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    // Far shorter than the defaults, so that answers grow old within the run.
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan NegativeTimeToLive = TimeSpan.FromSeconds(20);

    /// <summary>Runs and prints the figures; 1 when a goal is missed.</summary>
    public static async Task<int> RunAsync(TimeSpan length)
    {
        var catalogue = new ShippedData(Repository.PathOf("data")).LoadCatalogue("19");
        using var service = new SlowService(Latency);
        using var http = new HttpClient(service) { Timeout = Timeout.InfiniteTimeSpan };
        var options = new ServiceOptions { Url = new Uri("http://service.example/"), CacheEntries = Entries, TimeToLive = TimeToLive, NegativeTimeToLive = NegativeTimeToLive };
        await using var provider = new ServiceProvider(options, http, catalogue, TimeProvider.System, NullLogger.Instance);
        var attributor = new Attributor(catalogue, [provider]);
        Load[] loads = [.. Enumerable.Range(0, Workers).Select(worker => new Load(attributor, worker))];
        await loads[0].AskAllAsync();
        await RunAsync(loads, WarmUp, null);
        var (requests, heap) = (service.Requests, GC.GetTotalMemory(forceFullCollection: true));
        var waits = new List<double>();
        var cpu = Environment.CpuUsage.TotalTime;
        var events = await RunAsync(loads, length, waits);
        var used = Environment.CpuUsage.TotalTime - cpu;
        var after = GC.GetTotalMemory(forceFullCollection: true);
        waits.Sort();
        var perRequest = events / (double)Math.Max(1, service.Requests - requests);
        var p99 = waits[(int)(waits.Count * 0.99)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"events {events} in {length.TotalSeconds:0} s ({events / length.TotalSeconds:0}/s), of {Distinct} distinct indicators"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"requests {service.Requests - requests}: one in {perRequest:0} events"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"answered from the cache {waits.Count}: p50 {waits[waits.Count / 2]:0.00} ms, p99 {p99:0.00} ms, worst {waits[^1]:0.00} ms after they were due"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"managed heap {heap >> 20} MiB before, {after >> 20} MiB after; {used.TotalMicroseconds / events:0.0} us of CPU an event"));
        return perRequest >= 200 && p99 < 50 && events >= 0.95 * EventsPerSecond * length.TotalSeconds ? 0 : 1;
    }

    private static async Task<long> RunAsync(Load[] loads, TimeSpan length, List<double>? waits)
    {
        var own = loads.Select(_ => new List<double>()).ToArray();
        var events = await Task.WhenAll(loads.Select((load, index) => Task.Run(() => load.RunAsync(length, waits is null ? null : own[index]))));
        waits?.AddRange(own.SelectMany(list => list));
        return events.Sum();
    }

    private sealed class Load
    {
        private readonly AttributionSpec _spec = new() { Indicators = [new("ip", 0, "ip")] };
        private readonly AttributionScratch _scratch = new();
        private readonly Random _random;
        private readonly Attributor _attributor;
        private readonly byte[] _slab;
        private readonly Slot[][] _slots = new Slot[Distinct][];

        public Load(Attributor attributor, int seed)
        {
            _attributor = attributor;
            _random = new Random(seed);
            var texts = Enumerable.Range(0, Distinct).Select(index => $$"""{"ip":"10.{{index >> 16}}.{{(index >> 8) & 255}}.{{index & 255}}"}""" + "\n").ToList();
            _slab = [.. Encoding.ASCII.GetBytes(string.Concat(texts)), .. new byte[EventBatch.Padding]];
            var builder = new ScanPlanBuilder();
            builder.AddPath(builder.AddSlot(), ["ip"]);
            var (plan, scan, at) = (builder.Build(), new ScanState(), 0);
            for (var index = 0; index < Distinct; index++)
            {
                JsonScanner.Scan(_slab, at, texts[index].Length - 1, plan, scan);
                _slots[index] = [.. scan.Slots[..1]];
                at += texts[index].Length;
            }
        }

        /// <summary>Has every indicator asked about once, a batch at a time.</summary>
        public async Task AskAllAsync()
        {
            foreach (var chunk in _slots.Chunk(BatchEvents))
            {
                await Task.WhenAll(chunk.Select(Attribute).Where(outcome => !outcome.IsReady).Select(outcome => outcome.Pending!.CompleteAsync(new AttributionCounts(), CancellationToken.None)));
            }
        }

        /// <summary>Sends events for a time; returns how many.</summary>
        /// <param name="length">How long.</param>
        /// <param name="waits">Receives the milliseconds between when an event was due and its answer, of those whose answer was in the cache.</param>
        public async Task<long> RunAsync(TimeSpan length, List<double>? waits)
        {
            var pending = new List<Task>();
            var start = Stopwatch.GetTimestamp();
            var events = 0L;
            while (Stopwatch.GetElapsedTime(start) < length)
            {
                var due = events / (double)(EventsPerSecond / Workers) * 1000;
                while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < due)
                {
                    Thread.Sleep(1);
                }

                for (var at = 0; at < BatchEvents; at++, events++)
                {
                    var outcome = Attribute(_slots[_random.Next(Distinct)]);
                    if (outcome.IsReady)
                    {
                        waits?.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds - due);
                    }
                    else
                    {
                        pending.Add(outcome.Pending.CompleteAsync(new AttributionCounts(), CancellationToken.None));
                    }
                }

                pending.RemoveAll(task => task.IsCompletedSuccessfully);
            }

            await Task.WhenAll(pending);
            return events;
        }

        private AttributionOutcome Attribute(Slot[] slots) => _attributor.Attribute(_spec, _slab, slots, new AttributionContext("high", 1_795_521_600, 0), _scratch);
    }
}
