using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Producing;

namespace StreamEnricher.LoadTests.Scenarios;

/// <summary>Writes events to a topic: all at once beforehand, or at a rate whatever the engine does (open loop), each then with the time at which it was due.</summary>
internal sealed class Feeder(KafkaConnection connection, string topic, IReadOnlyList<byte[]> events)
{
    /// <summary>Writes so many.</summary>
    public void Fill(int count)
    {
        using var feeder = new TopicFeeder(connection);
        for (var number = 0; number < count; number++)
        {
            feeder.Write(topic, events[number % events.Count]);
        }

        feeder.Flush();
    }

    /// <summary>Writes at a rate until told to stop.</summary>
    public Task FeedAsync(double rate, CancellationToken stop) =>
        Task.Factory.StartNew(() => Feed(rate, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Feed(double rate, CancellationToken stop)
    {
        using var feeder = new TopicFeeder(connection);
        var time = TimeProvider.System;
        var (begun, wall) = (time.GetTimestamp(), time.GetUtcNow());
        for (long number = 0; !stop.IsCancellationRequested;)
        {
            for (var due = (long)(time.GetElapsedTime(begun).TotalSeconds * rate); number < due; number++)
            {
                // The client copies the value before the call returns.
                var value = events[(int)(number % events.Count)];
                var at = wall + TimeSpan.FromSeconds(number / rate);
                ScenarioEvents.SetTime(value, at);
                feeder.Write(topic, value, at);
            }

            stop.WaitHandle.WaitOne(1);
        }

        feeder.Flush();
    }
}
