using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Configuration.Shapes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration;

/// <summary>What reading a pipeline file gave.</summary>
/// <param name="read">The pipeline, of use when there is no problem that is more than a warning.</param>
/// <param name="context">What was found; later checks may add to it.</param>
/// <param name="root">The file as it was read, overrides and variables in their places; null when it is no YAML map. It may hold secrets.</param>
internal sealed class PipelineFileResult(PipelineOptions? read, ReadContext context, YamlMappingNode? root = null)
{
    /// <summary>The file as it was read, overrides and variables in their places; null when it is no YAML map. It may hold secrets.</summary>
    public YamlMappingNode? Root { get; } = root;

    /// <summary>Takes the problems of later checks.</summary>
    public ReadContext Context { get; } = context;

    /// <summary>The pipeline; null when a problem is more than a warning.</summary>
    public PipelineOptions? Options => Context.Failed ? null : read;

    /// <summary>All problems and warnings in the order of their places.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems => Context.Problems;
}

/// <summary>Reads pipeline files.</summary>
internal static class PipelineFile
{
    /// <summary>Reads and checks a file. Never throws for what is wrong with it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides"><c>path=value</c> of each <c>--set</c>.</param>
    /// <param name="environment">Value of an environment variable, null when it is not set.</param>
    /// <param name="inventory">What is shipped, to check names against.</param>
    public static PipelineFileResult Load(string path, IReadOnlyList<string> overrides, Func<string, string?> environment, Inventory inventory)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var why = exception is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : exception.Message;
            var context = new ReadContext(path, new Dictionary<YamlNode, string>());
            context.ErrorAt(1, 1, why);
            return new PipelineFileResult(null, context);
        }

        return Parse(text, path, overrides, environment, inventory);
    }

    /// <summary>Reads and checks the text of a file.</summary>
    public static PipelineFileResult Parse(string text, string path, IReadOnlyList<string> overrides, Func<string, string?> environment, Inventory inventory)
    {
        var places = new Dictionary<YamlNode, string>(ReferenceEqualityComparer.Instance);
        var context = new ReadContext(path, places);
        if (ParseYaml(text, context) is not { } root)
        {
            return new PipelineFileResult(null, context);
        }

        foreach (var one in overrides)
        {
            if (Overrides.Apply(root, one, places) is { } wrong)
            {
                context.ErrorInOverride(wrong.Path, wrong.Problem);
            }
        }

        new Substitution(environment, context).Apply(root);
        context.Remember("", root);
        PipelineShape.Root.TryRead(root, "", context, out var options);
        options = options with { Folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "." };
        options = ApiSource.WithRedis(PipelineChecks.Complete(options), context, environment);
        PipelineChecks.Run(options, inventory, context);
        return new PipelineFileResult(options, context, root);
    }

    private static YamlMappingNode? ParseYaml(string text, ReadContext context)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(reader);
        }
        catch (YamlException exception)
        {
            context.ErrorAt(exception.Start.Line, exception.Start.Column, $"no YAML: {exception.Message}", "a value with : or { in it needs quotes; indent with spaces");
            return null;
        }

        if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root)
        {
            return root;
        }

        context.ErrorAt(1, 1, stream.Documents.Count > 1 ? "a pipeline file is one YAML document, not several" : "a pipeline file is a map", "start with pipeline: NAME");
        return null;
    }
}
