using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Core.Memory;
using StreamEnricher.Delivery.Intelligence;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Encoders.Stix;
using StreamEnricher.Enrichment.Intelligence;
using StreamEnricher.Kafka.Intelligence;
using StreamEnricher.Kafka.Transactions;
using KafkaStateOptions = StreamEnricher.Kafka.Producing.KafkaSinkOptions;

namespace StreamEnricher.Cli.Composition.Stix;

/// <summary>Makes the parts of <c>stix</c> sinks that aggregate.</summary>
/// <param name="options">The pipeline.</param>
/// <param name="catalogue">The ATT&amp;CK release.</param>
/// <param name="memory">The budget.</param>
/// <param name="time">Clock.</param>
/// <param name="loggers">Log.</param>
internal sealed class StixAggregation(PipelineOptions options, AttackCatalogue catalogue, MemoryBudget memory, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Whether a sink aggregates.</summary>
    public static bool Is(SinkOptions sink) => sink.Kind is StixOptions { Aggregates: true };

    /// <summary>Whether its state is in a Kafka topic, which it writes in transactions.</summary>
    public static bool IsInKafka(SinkOptions sink) => sink.Kind is StixOptions { Aggregates: true, StateFile: null };

    /// <summary>The topic of its state.</summary>
    public static string StateTopic(string name, StixOptions stix, PipelineOptions options) => stix.StateTopic ?? $"{options.Kafka.GroupId}.{name}.state";

    /// <summary>What its values are counted from.</summary>
    public static ObservationEncoder Encoder(StixOptions stix, PipelineOptions options, AttackCatalogue catalogue)
    {
        var producer = new StixProducer(SinkEncoders.Map(stix));
        return new ObservationEncoder(new StixTechniques(catalogue, producer.Id), AllowLists.Of(stix, options));
    }

    /// <summary>Lets a sink aggregate.</summary>
    /// <param name="inner">Gets the objects.</param>
    /// <param name="stix">The options.</param>
    /// <param name="gate">Shared with the source; null for a state that is in a file.</param>
    /// <exception cref="CompositionException">The file of the state is another process's, or cannot be written.</exception>
    public AggregatingSink Create(IEventSink inner, StixOptions stix, OffsetGate? gate)
    {
        var producer = new StixProducer(SinkEncoders.Map(stix));
        memory.ReserveForever(stix.StateMemory);
        var aggregation = new AggregationOptions { Window = stix.Window, Lateness = stix.Lateness, IdleAfter = stix.IdleAfter, MaxBytes = stix.StateMemory };
        var layout = new GraphLayout(Keyed: stix.To is StixTopic, SelfContained: stix.To is StixTaxii or StixSentinel);
        return new AggregatingSink(
            inner, Store(inner, stix, gate), aggregation, producer, new StixTechniques(catalogue, producer.Id), layout, time, loggers.CreateLogger<AggregatingSink>());
    }

    private IAggregateStore Store(IEventSink inner, StixOptions stix, OffsetGate? gate)
    {
        if (gate is not null)
        {
            var topic = new KafkaStateOptions { Name = inner.Name, Topic = StateTopic(inner.Name, stix, options), Connection = KafkaMapping.Connection(options) };
            return new KafkaAggregateStore(topic, options.Kafka.GroupId, gate, inner.Health, memory, time, loggers.CreateLogger<KafkaAggregateStore>());
        }

        try
        {
            return new FileAggregateStore(options.FullPath(stix.StateFile!));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CompositionException($"sinks.{inner.Name}.stix.state.file: {error.Message} (one process alone can have it; several keep their state in Kafka)", error);
        }
    }
}
