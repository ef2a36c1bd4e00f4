using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;

namespace StreamEnricher.UnitTests.Cli.Configuration;

/// <summary>Reads pipeline texts with a scripted environment.</summary>
internal static class PipelineYaml
{
    /// <summary>What a pipeline file needs at the least, without its sinks.</summary>
    public const string Head = """
        pipeline: test
        sources:
          all: { topics: [events], format: detection }
        dead_letters:
          kafka: { topic: test-dead-letters }

        """;

    /// <summary>A whole small pipeline.</summary>
    public const string Minimal = Head + """
        sinks:
          siem:
            elasticsearch: { url: "http://localhost:9200" }

        """;

    public static Inventory Inventory { get; } = new(["detection", "suricata_eve", "zeek", "windows", "ecs"], ["et-open", "keywords"], ["18.1", "19"]);

    public static PipelineFileResult Parse(string text, params string[] overrides) => ParseWith(text, [], overrides);

    public static PipelineFileResult ParseWith(string text, Dictionary<string, string> environment, params string[] overrides) =>
        PipelineFile.Parse(text, "p.yaml", overrides, environment.GetValueOrDefault, Inventory);

    public static PipelineOptions Valid(string text, params string[] overrides)
    {
        var result = Parse(text, overrides);
        Assert.Empty(result.Problems.Where(problem => !problem.IsWarning).Select(problem => problem.ToString()));
        return result.Options!;
    }

    /// <summary>The one error of a text.</summary>
    public static string Error(string text, params string[] overrides)
    {
        var result = Parse(text, overrides);
        Assert.Null(result.Options);
        return Assert.Single(result.Problems, problem => !problem.IsWarning).ToString();
    }
}
