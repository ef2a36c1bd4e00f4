using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace StreamEnricher.Kafka.Interop;

/// <summary>What librdkafka's mock cluster can do beyond its one property.</summary>
internal static unsafe class MockCluster
{
    /// <summary>Lets new groups start without the three seconds that a mock cluster waits for more members; without the native functions they wait.</summary>
    public static void TryJoinGroupsAtOnce(Handle host) => Use(host, static (library, cluster) => library.MockRebalanceDelay(cluster, 0), out _);

    /// <summary>Makes a topic.</summary>
    /// <exception cref="KafkaSetupException">It exists, or the native functions cannot be reached.</exception>
    public static void CreateTopic(Handle host, string topic, int partitions)
    {
        var error = 0;
        var name = Encoding.UTF8.GetBytes(topic + '\0');
        var reached = Use(
            host,
            (library, cluster) =>
            {
                fixed (byte* text = name)
                {
                    error = library.MockTopicCreate(cluster, text, partitions, 1);
                }
            },
            out var problem);
        if (!reached || error != 0)
        {
            throw new KafkaSetupException($"The embedded broker cannot make topic {topic}: {(reached ? new Error((ErrorCode)error).Reason : problem)}");
        }
    }

    private static bool Use(Handle host, Action<LibRdKafka, nint> use, out string problem)
    {
        if (LibRdKafka.TryGet(out problem) is not { } library || LibRdKafka.TryGetHandle(host, out problem) is not { } client)
        {
            return false;
        }

        return Held(client, handle => use(library, library.HandleMockCluster(handle)));
    }

    private static bool Held(SafeHandle client, Action<nint> use)
    {
        var added = false;
        try
        {
            client.DangerousAddRef(ref added);
            use(client.DangerousGetHandle());
            return true;
        }
        finally
        {
            if (added)
            {
                client.DangerousRelease();
            }
        }
    }
}
