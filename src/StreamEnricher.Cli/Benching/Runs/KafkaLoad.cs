using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Kafka.Producing;
using StreamEnricher.Kafka.Setup;

namespace StreamEnricher.Cli.Benching.Runs;

/// <summary>Topics of a bench's own on the pipeline's broker, with its events in them; they and the bench's consumer groups are deleted afterwards.</summary>
internal sealed class KafkaLoad : IAsyncDisposable
{
    private const int LookEvery = 10_000;
    private readonly LoadStreams _load;
    private readonly TemporaryTopics _topics;
    private readonly double? _rate;
    private readonly TimeProvider _time;

    private KafkaLoad(LoadStreams load, TemporaryTopics topics, KafkaSourceOptions reading, double? rate, int? ready, TimeProvider time) =>
        (_load, _topics, Reading, _rate, Ready, _time) = (load, topics, reading, rate, ready, time);

    /// <summary>How the source reads them.</summary>
    public KafkaSourceOptions Reading { get; }

    /// <summary>Events that lie there from the start; null when they come at a rate.</summary>
    public int? Ready { get; }

    /// <summary>Makes the topics, and fills them unless events are to come at a rate.</summary>
    /// <exception cref="Kafka.KafkaSetupException">The broker does not answer, or not to this user.</exception>
    public static async Task<KafkaLoad> PrepareAsync(
        LoadStreams load, BenchSettings settings, KafkaSourceOptions reading, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var name = $"streamenricher-bench-{Environment.ProcessId}-{time.GetUtcNow().ToUnixTimeSeconds()}";
        List<string> names = [.. load.Streams.Select((_, index) => $"{name}-{index}")];
        var groups = reading.Sinks.Select(sink => $"{name}.{sink.Name}").Append(name);
        var topics = await TemporaryTopics.CreateAsync(reading.Connection, names, [.. groups], settings.Partitions, loggers.CreateLogger<KafkaLoad>(), cancellation);
        var own = reading with { GroupId = name, Sources = [.. load.Streams.Zip(names, static (stream, topic) => new KafkaSourceEntry(stream.Source, [topic]))] };
        var made = new KafkaLoad(load, topics, own, settings.Rate, settings.Rate is null ? settings.KafkaEvents : null, time);
        try
        {
            await Task.Run(() => made.Fill(cancellation), cancellation);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes events at the rate until told to stop, each with the time at which it was due as its timestamp.</summary>
    public Task FeedAsync(CancellationToken stop) => _rate is { } rate ? Task.Factory.StartNew(() => Feed(rate, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default) : Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _topics.DisposeAsync();

    private void Fill(CancellationToken cancellation)
    {
        using var feeder = new TopicFeeder(Reading.Connection);
        for (var number = 0; number < Ready; number++)
        {
            Write(feeder, number, null);
            if (number % LookEvery == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }

        feeder.Flush();
    }

    private void Feed(double rate, CancellationToken stop)
    {
        using var feeder = new TopicFeeder(Reading.Connection);
        var (begun, wall) = (_time.GetTimestamp(), _time.GetUtcNow());
        for (long number = 0; !stop.IsCancellationRequested;)
        {
            for (var due = (long)(_time.GetElapsedTime(begun).TotalSeconds * rate); number < due; number++)
            {
                Write(feeder, number, wall + TimeSpan.FromSeconds(number / rate));
            }

            stop.WaitHandle.WaitOne(1);
        }

        feeder.Flush();
    }

    private void Write(TopicFeeder feeder, long number, DateTimeOffset? timestamp)
    {
        var stream = (int)(number % _load.Streams.Count);
        var events = _load.Streams[stream].Events;
        feeder.Write(_topics.Names[stream], events[(int)(number / _load.Streams.Count % events.Count)], timestamp);
    }
}
