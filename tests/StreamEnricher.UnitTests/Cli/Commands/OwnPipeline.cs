namespace StreamEnricher.UnitTests.Cli.Commands;

/// <summary>A pipeline with a small format of its own, in a folder that is gone after the test.</summary>
internal sealed class OwnPipeline : IDisposable
{
    private const string Format = """
        format: acme
        recognise: { acme|exists: true }
        vendor_namespace: acme.log
        fields:
          "@timestamp": { from: time, as: timestamp }
          source.ip: { from: src, as: ip }
          event.kind: { value: alert }
          event.severity: { from: level, map: { high: 75, low: 25 }, default: 10 }
        event:
          type: { from: acme }
          description: [ text ]
        attack: { techniques: [ techniques ] }
        indicators:
          - { type: ip, from: src, role: source }
        """;

    private const string Text = """
        pipeline: own
        formats: [.]
        sources:
          acme: { topics: [acme_events], format: acme }
          rest: { topics: ["^rest\\..+"], format: auto }
        sinks:
          siem: { elasticsearch: { url: "http://localhost:9200", api_key: "hunter2", data_stream: logs-own-default } }
          splunk: { splunk_hec: { url: "http://user:hunter2@localhost:8088", token: hunter2 } }
          grave: { kafka: { topic: grave }, when: { event.severity|gte: 50 } }
        dead_letters: { directory: { path: dead } }
        api: off
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("own-pipeline").FullName;

    public OwnPipeline()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "acme.yaml"), Format);
        System.IO.File.WriteAllText(File, Text);
    }

    /// <summary>The pipeline file. Its ending keeps it out of the folder's formats.</summary>
    public string File => Path.Combine(_folder, "pipeline.yml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
