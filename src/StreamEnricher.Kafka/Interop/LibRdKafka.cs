using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StreamEnricher.Kafka.Interop;

/// <summary>The functions of librdkafka that Confluent.Kafka does not show, bound to the library that it has loaded.</summary>
/// <remarks>
/// The client's native handle is internal to Confluent.Kafka 2.16 and the library's file differs by system, so both are looked up; another version of the
/// package may have neither. Callers get the reason then and do without. Declarations as in rdkafka.h and rdkafka_mock.h of librdkafka 2.16.
/// </remarks>
internal sealed unsafe class LibRdKafka
{
    private static readonly Lazy<(LibRdKafka? Library, string Problem)> Loaded = new(Load);

    private LibRdKafka(nint module)
    {
        QueueGetConsumer = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(module, "rd_kafka_queue_get_consumer");
        QueueDestroy = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(module, "rd_kafka_queue_destroy");
        ConsumeBatchQueue = (delegate* unmanaged<nint, int, NativeMessage**, nint, nint>)NativeLibrary.GetExport(module, "rd_kafka_consume_batch_queue");
        MessageDestroy = (delegate* unmanaged<NativeMessage*, void>)NativeLibrary.GetExport(module, "rd_kafka_message_destroy");
        MessageTimestamp = (delegate* unmanaged<NativeMessage*, int*, long>)NativeLibrary.GetExport(module, "rd_kafka_message_timestamp");
        MessageHeaders = (delegate* unmanaged<NativeMessage*, nint*, int>)NativeLibrary.GetExport(module, "rd_kafka_message_headers");
        HeaderGetAll = (delegate* unmanaged<nint, nint, byte**, byte**, nint*, int>)NativeLibrary.GetExport(module, "rd_kafka_header_get_all");
        TopicName = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(module, "rd_kafka_topic_name");
        HandleMockCluster = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(module, "rd_kafka_handle_mock_cluster");
        MockRebalanceDelay = (delegate* unmanaged<nint, int, void>)NativeLibrary.GetExport(module, "rd_kafka_mock_group_initial_rebalance_delay_ms");
        MockTopicCreate = (delegate* unmanaged<nint, byte*, int, int, int>)NativeLibrary.GetExport(module, "rd_kafka_mock_topic_create");
    }

    /// <summary>The client's queue of records and events; destroy it before the client is closed.</summary>
    public delegate* unmanaged<nint, nint> QueueGetConsumer { get; }

    /// <summary>Lets a queue go.</summary>
    public delegate* unmanaged<nint, void> QueueDestroy { get; }

    /// <summary>Queue, time-out in ms, array, its length: the number of messages taken, -1 on error.</summary>
    public delegate* unmanaged<nint, int, NativeMessage**, nint, nint> ConsumeBatchQueue { get; }

    /// <summary>Lets a message go.</summary>
    public delegate* unmanaged<NativeMessage*, void> MessageDestroy { get; }

    /// <summary>Unix milliseconds, -1 when there is none.</summary>
    public delegate* unmanaged<NativeMessage*, int*, long> MessageTimestamp { get; }

    /// <summary>The message's headers; an error code when it has none.</summary>
    public delegate* unmanaged<NativeMessage*, nint*, int> MessageHeaders { get; }

    /// <summary>Headers, index, name, value, size; an error code behind the last.</summary>
    public delegate* unmanaged<nint, nint, byte**, byte**, nint*, int> HeaderGetAll { get; }

    /// <summary>UTF-8, zero-terminated; owned by the topic.</summary>
    public delegate* unmanaged<nint, byte*> TopicName { get; }

    /// <summary>The mock cluster that a client runs, or 0.</summary>
    public delegate* unmanaged<nint, nint> HandleMockCluster { get; }

    /// <summary>How long the mock cluster's groups wait for more members at their start, in ms.</summary>
    public delegate* unmanaged<nint, int, void> MockRebalanceDelay { get; }

    /// <summary>Cluster, name, partitions, replication factor: an error code.</summary>
    public delegate* unmanaged<nint, byte*, int, int, int> MockTopicCreate { get; }

    /// <summary>The library, or null with the reason.</summary>
    public static LibRdKafka? TryGet(out string problem)
    {
        problem = Loaded.Value.Problem;
        return Loaded.Value.Library;
    }

    /// <summary>A client's native handle; keep a reference on it for as long as it is used. Null with the reason when it cannot be had.</summary>
    public static SafeHandle? TryGetHandle(Handle client, out string problem)
    {
        try
        {
            problem = string.Empty;
            return (SafeHandle)NativeHandle(client);
        }
        catch (Exception error) when (error is MissingMethodException or TypeLoadException or InvalidCastException or BadImageFormatException)
        {
            problem = "This version of Confluent.Kafka does not give its native handle: " + error.Message;
            return null;
        }
    }

    private static (LibRdKafka? Library, string Problem) Load()
    {
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (Path.GetFileName(module.FileName).Contains("librdkafka", StringComparison.OrdinalIgnoreCase))
            {
                try
                {
                    return (new LibRdKafka(NativeLibrary.Load(module.FileName)), string.Empty);
                }
                catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
                {
                    return (null, error.Message);
                }
            }
        }

        return (null, "librdkafka is not among this process's libraries.");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LibrdkafkaHandle")]
    [return: UnsafeAccessorType("Confluent.Kafka.Impl.SafeKafkaHandle, Confluent.Kafka")]
    private static extern object NativeHandle(Handle handle);
}
