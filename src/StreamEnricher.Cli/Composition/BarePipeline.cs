namespace StreamEnricher.Cli.Composition;

/// <summary>A pipeline for commands that need formats and attribution and no pipeline file: every format recognised, declared ids and the shipped tables, no sinks but files.</summary>
internal static class BarePipeline
{
    /// <summary>Stands for a file's name in messages.</summary>
    public const string Name = "(no pipeline)";

    /// <summary>Its text.</summary>
    public const string Yaml = """
        pipeline: bare
        sources: { auto: { topics: [events], format: auto } }
        attribution: { providers: [ declared: {}, tables: { files: [et-open] } ] }
        sinks: { documents: { file: { directory: ., format: ecs } } }
        dead_letters: { directory: { path: dead-letters } }
        api: off
        """;
}
