using System.Globalization;
using System.Text;
using StreamEnricher.LoadTests.Scenarios;

namespace StreamEnricher.LoadTests.Engines;

/// <summary>The pipeline file of a scenario.</summary>
internal static class Pipeline
{
    /// <summary>Its text.</summary>
    /// <param name="name">Its name, and that of its consumer group.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="broker">Address of the broker.</param>
    /// <param name="topic">Topic of the events.</param>
    /// <param name="url">Address of the receivers.</param>
    /// <param name="folder">Folder for dead letters and rules.</param>
    public static string Yaml(string name, Scenario scenario, string broker, string topic, string url, string folder)
    {
        var compression = scenario.Gzip ? "gzip" : "none";
        string[] sinks =
        [
            $$"""  siem:   { elasticsearch: { url: "{{url}}", data_stream: logs-load.test-default, compression: {{compression}} } }""",
            $$"""  splunk: { splunk_hec: { url: "{{url}}", token: load-test, compression: {{compression}} } }""",
            $$"""  events: { kafka: { topic: {{topic}}-out } }""",
        ];
        return $$"""
            pipeline: {{name}}
            kafka: { bootstrap_servers: "{{broker}}" }
            sources:
              all: { topics: [{{topic}}], format: {{(scenario.Kind == "small" ? "detection" : scenario.Kind)}} }
            attribution:
              providers:
                - declared: {}
                - tables: { files: [et-open, keywords] }
            {{(scenario.Rules > 0 ? $"    - sigma: {{ rules: [{Rules(scenario.Rules, folder)}], minimum_level: low }}" : "")}}
            sinks:
            {{string.Join('\n', sinks.Take(scenario.Sinks))}}
            dead_letters: { directory: { path: {{folder}}/dead-letters } }
            api: off
            """;
    }

    /// <summary>Writes rules that look at fields which every event has, each for another text that none has; returns their folder.</summary>
    private static string Rules(int count, string folder)
    {
        var rules = Directory.CreateDirectory(Path.Combine(folder, "rules")).FullName;
        for (var number = 0; number < count; number++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $$"""
                title: Load test {{number}}
                id: {{new Guid(number, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10])}}
                logsource: { product: windows }
                detection:
                  selection: { {{(number % 2 == 0 ? "Image|endswith" : "CommandLine|contains")}}: '\load-test-{{number}}.exe' }
                  condition: selection
                level: high
                tags: [attack.t1059.001]
                """);
            File.WriteAllText(Path.Combine(rules, $"{number}.yml"), text, Encoding.UTF8);
        }

        return rules;
    }
}
