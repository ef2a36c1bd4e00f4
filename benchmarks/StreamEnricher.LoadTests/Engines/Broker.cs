using System.Diagnostics;
using StreamEnricher.Kafka;

namespace StreamEnricher.LoadTests.Engines;

/// <summary>The broker that everything goes through: the one that KAFKA_BOOTSTRAP_SERVERS names, or what LOADTEST_KAFKA_START starts (a command whose last line is host:port) and LOADTEST_KAFKA_STOP stops.</summary>
internal sealed class Broker : IDisposable
{
    private Broker(string address, bool isOurs) => (Connection, IsOurs) = (new KafkaConnection { BootstrapServers = address }, isOurs);

    /// <summary>How clients reach it.</summary>
    public KafkaConnection Connection { get; }

    private bool IsOurs { get; }

    /// <summary>Finds or starts it.</summary>
    /// <exception cref="InvalidOperationException">Neither variable is set, or the command failed.</exception>
    public static Broker Start()
    {
        if (Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP_SERVERS") is { Length: > 0 } address)
        {
            return new Broker(address, isOurs: false);
        }

        return Environment.GetEnvironmentVariable("LOADTEST_KAFKA_START") is { Length: > 0 } start
            ? new Broker(Shell(start).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Last(), isOurs: true)
            : throw new InvalidOperationException("There is no broker: set KAFKA_BOOTSTRAP_SERVERS, or LOADTEST_KAFKA_START and LOADTEST_KAFKA_STOP to commands that start one and print its address, and stop it.");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (IsOurs && Environment.GetEnvironmentVariable("LOADTEST_KAFKA_STOP") is { Length: > 0 } stop)
        {
            Shell(stop);
        }
    }

    private static string Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true }) ?? throw new InvalidOperationException("There is no sh.");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"'{command}' failed with {process.ExitCode}.");
    }
}
