using System.Text.Json;

namespace StreamEnricher.Cli.Demo;

/// <summary>The demo's sample events, and the pipeline file that it writes and runs.</summary>
internal static class DemoPipeline
{
    /// <summary>Sinks that get every event.</summary>
    public static readonly string[] WholeSinks = ["siem", "splunk", "events", "archive"];

    /// <summary>The shipped sample events by format.</summary>
    public static IReadOnlyDictionary<string, byte[][]> Samples()
    {
        var samples = new SortedDictionary<string, byte[][]>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "data", "samples"), "*.ndjson"))
        {
            samples[Path.GetFileNameWithoutExtension(file)] = [.. File.ReadLines(file).Where(line => line.Length > 0).Select(System.Text.Encoding.UTF8.GetBytes)];
        }

        return samples;
    }

    /// <summary>Topic of a format's events.</summary>
    public static string TopicOf(string format) => $"demo-{format}";

    /// <summary>The pipeline as YAML.</summary>
    /// <param name="broker">Address of the broker.</param>
    /// <param name="receivers">Address of the receivers.</param>
    /// <param name="directory">Folder of files and dead letters.</param>
    /// <param name="formats">Formats to read.</param>
    public static string Yaml(string broker, string receivers, string directory, IEnumerable<string> formats) => $$"""
        # The pipeline of this demo run: a broker and receivers inside the process, files in this folder.
        pipeline: demo
        kafka: { bootstrap_servers: "{{broker}}", group_id: demo }
        sources:
        {{string.Join('\n', formats.Select(format => $"  {format}: {{ topics: [{TopicOf(format)}], format: {format} }}"))}}
        attribution:
          catalogue: "19"
          providers:
            - declared: {}
            - tables: { files: [et-open, keywords] }
        sinks:
          siem:    { elasticsearch: { url: "{{receivers}}", data_stream: logs-streamenricher.demo-default } }
          splunk:  { splunk_hec: { url: "{{receivers}}", token: demo, index: cybersecurity, sourcetype: "cybersecurity:events", compression: none } }
          intel:   { stix: { producer: { name: StreamEnricher demo }, marking: amber, to: { kafka: { topic: demo-stix-objects } } } }
          events:  { kafka: { topic: demo-enriched-events } }
          archive: { file: { directory: {{JsonSerializer.Serialize(Path.Combine(directory, "events"))}}, format: ecs } }
        dead_letters: { directory: { path: {{JsonSerializer.Serialize(Path.Combine(directory, "dead-letters"))}} } }
        api: off
        """;
}
