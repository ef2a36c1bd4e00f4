using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StreamEnricher.FaultTests.Servers;

namespace StreamEnricher.FaultTests;

/// <summary>What a scenario works with: topics, a data stream and a receiver of its own, and engines.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(3);
    private readonly DirectoryInfo _folder;
    private readonly string _name;
    private readonly List<EngineProcess> _engines = [];

    private Bench(Settings settings, string name, HecReceiver hec)
    {
        (Settings, _name, Hec) = (settings, $"fault{name.Replace("-", "", StringComparison.Ordinal)}{Guid.NewGuid():N}"[..24], hec);
        _folder = Directory.CreateTempSubdirectory("streamenricher-faults-");
        Feeder = new Feeder(settings.Kafka, _name);
        Search = new SearchStore(settings.Elastic, $"logs-{_name}-default");
    }

    /// <summary>Where everything is.</summary>
    public Settings Settings { get; }

    /// <summary>What was produced.</summary>
    public Feeder Feeder { get; }

    /// <summary>The event collector.</summary>
    public HecReceiver Hec { get; }

    /// <summary>The data stream.</summary>
    public SearchStore Search { get; }

    /// <summary>Topic of the sink that delivers exactly once.</summary>
    public string OutputTopic => _name + "-out";

    /// <summary>Logs and pipelines are kept.</summary>
    public bool Keep { get; set; }

    /// <summary>Makes topics and starts the receiver.</summary>
    public static async Task<Bench> StartAsync(Settings settings, string name)
    {
        var bench = new Bench(settings, name, await HecReceiver.StartAsync());
        await bench.Feeder.CreateAsync(bench.OutputTopic);
        return bench;
    }

    /// <summary>Starts an engine.</summary>
    /// <param name="instance">A name of its own in the group, so that a restart goes on at once; null for none.</param>
    /// <param name="exactlyOnce">With a Kafka output that delivers exactly once.</param>
    public EngineProcess StartEngine(string? instance, bool exactlyOnce = false)
    {
        var pipeline = Path.Combine(_folder.FullName, $"pipeline-{_engines.Count}.yaml");
        var port = FreePort();
        var member = instance is null ? "" : $", group.instance.id: {instance}";
        var output = exactlyOnce ? $"\n  events:  {{ kafka: {{ topic: {OutputTopic}, delivery: exactly_once }} }}" : "";
        File.WriteAllText(pipeline, $$"""
            pipeline: faults
            kafka: { bootstrap_servers: "{{Settings.Kafka}}", group_id: {{_name}}, properties: { session.timeout.ms: 6000, heartbeat.interval.ms: 1500{{member}} } }
            limits: { memory: 256MiB }
            sources: { all: { topics: [{{_name}}], format: detection } }
            sinks:
              siem:    { elasticsearch: { url: "{{Settings.Elastic}}", data_stream: {{Search.DataStream}} } }
              splunk:  { splunk_hec: { url: "{{Hec.Url}}", token: t, compression: none } }{{output}}
            dead_letters: { directory: { path: "{{_folder.FullName}}/dead-letters" } }
            api: { listen: "127.0.0.1:{{port}}" }
            """);
        if (_engines.Count == 0)
        {
            Run("setup", pipeline);
        }

        var engine = EngineProcess.Start(Settings.Engine, pipeline, port, Path.Combine(_folder.FullName, $"engine-{_engines.Count}.log"));
        _engines.Add(engine);
        return engine;
    }

    /// <summary>Changes the file of the engine that was started last: what is appended to it as it was written at its start.</summary>
    public void ChangePipeline(string more)
    {
        var pipeline = Path.Combine(_folder.FullName, $"pipeline-{_engines.Count - 1}.yaml");
        // Renamed into place: nobody reads half of it.
        File.WriteAllText(pipeline + ".new", File.ReadAllLines(pipeline).TakeWhile(static line => !line.StartsWith("output:", StringComparison.Ordinal)).Append(more).Aggregate(static (text, line) => $"{text}\n{line}"));
        File.Move(pipeline + ".new", pipeline, overwrite: true);
    }

    /// <summary>Compares what was produced with what is in each place.</summary>
    public async Task<Accounting> AccountAsync() => Accounting.Of(Feeder.Ids, await Search.IdsAsync(), Hec.Counts, Accounting.ReadDeadLetters(Path.Combine(_folder.FullName, "dead-letters")));

    /// <summary>Waits until everything that was produced is in both places, or nothing more comes; then the accounting tells what is missing.</summary>
    public async Task SettleAsync()
    {
        var (stored, moved) = (-1L, TimeProvider.System.GetTimestamp());
        while (TimeProvider.System.GetElapsedTime(moved) < Stuck && (Hec.Unique < Feeder.Count || await Search.CountAsync() < Feeder.Count))
        {
            if (Hec.Unique + await Search.CountAsync() is var now && now > stored)
            {
                (stored, moved) = (now, TimeProvider.System.GetTimestamp());
            }

            await Task.Delay(500);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
        {
            engine.Dispose();
        }

        await Hec.DisposeAsync();
        await Search.DisposeAsync();
        Feeder.Dispose();
        if (Keep)
        {
            Console.WriteLine($"kept: {_folder.FullName}");
        }
        else
        {
            _folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs a shell command to its end.</summary>
    public static async Task ShellAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
    }

    private void Run(string verb, string pipeline)
    {
        using var process = Process.Start(new ProcessStartInfo(Settings.Engine, [verb, pipeline]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{verb} ended with {process.ExitCode}: {error.GetAwaiter().GetResult()}"));
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
