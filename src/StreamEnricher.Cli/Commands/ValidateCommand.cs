using System.CommandLine;
using System.Text.Json;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Configuration.Shapes;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>validate</c>: all problems of a pipeline file at once.</summary>
internal static class ValidateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        pipeline.Arity = ArgumentArity.ZeroOrOne;
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of pipeline files, for editors, and end." };
        var connect = new Option<bool>("--connect") { Description = "Also ask the brokers and the sinks: topics, credentials, templates, token." };
        var command = new DocumentedCommand(
            "validate",
            "Report all problems of a pipeline file at once, as file:line:column: problem (suggestion).",
            "streamenricher validate pipelines/detections.yaml",
            "streamenricher validate pipelines/detections.yaml --connect",
            "streamenricher validate --schema > pipeline.schema.json")
        {
            pipeline, set, connect, output, schema,
        };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(schema) && result.GetValue(pipeline) is null)
            {
                result.AddError("The pipeline file is missing: streamenricher validate PIPELINE.yaml");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(schema))
            {
                await terminal.Out.WriteAsync(PipelineSchema.Text());
                return ExitCodes.Done;
            }

            var path = parsed.GetRequiredValue(pipeline);
            var result = PipelineFile.Load(path, parsed.GetRequiredValue(set), terminal.Environment, Inventory.BesideExecutable());
            if (result.Options is { } options)
            {
                CheckFormats(options, result.Context);
                CheckRules(options, result.Context);
            }

            if (parsed.GetValue(connect) && result.Options is { } reachable)
            {
                // The checks say what is wrong themselves; the client's own log would only repeat it.
                using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Critical);
                await ConnectChecks.RunAsync(reachable, result.Context, TimeProvider.System, loggers.CreateLogger(nameof(ConnectChecks)), cancellation);
            }

            return Show(path, result, parsed.GetValue(output) == "json", terminal);
        });
        return command;
    }

    /// <summary>Formats are read last: their names have been checked, and mistakes inside them have files of their own.</summary>
    private static void CheckFormats(PipelineOptions options, ReadContext context)
    {
        var problems = new List<FormatProblem>();
        EnrichmentPlan.LoadFormats(options, problems);
        foreach (var problem in problems)
        {
            context.Add(new ConfigurationProblem($"{problem.File}:{problem.Line}:{problem.Column}", problem.Line, problem.Column, problem.Message));
        }
    }

    /// <summary>A rule that cannot be used is left out of a run, unless the pipeline wants all; so it is a warning here, or an error.</summary>
    private static void CheckRules(PipelineOptions options, ReadContext context)
    {
        var refuses = options.Attribution.Providers.OfType<SigmaProviderOptions>().Any(provider => provider.RefuseInvalidRules);
        foreach (var problem in SigmaRules.Read(options)?.Problems ?? [])
        {
            var text = problem.IsLint || refuses ? problem.Message : $"the rule is left out: {problem.Message}";
            context.Add(new ConfigurationProblem($"{problem.File}:{problem.Line}:{problem.Column}", problem.Line, problem.Column, text, null, problem.IsLint || !refuses));
        }
    }

    private static int Show(string path, PipelineFileResult result, bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(
                new ValidationReport(result.Options is not null, [.. result.Problems.Select(problem => new ReportedProblem(problem.Place, problem.IsWarning ? "warning" : "error", problem.Text, problem.Suggestion))]),
                CommandJson.Default.ValidationReport));
        }
        else
        {
            PipelineInput.Report(result.Problems, terminal);
            var errors = result.Problems.Count(problem => !problem.IsWarning);
            if (result.Options is { } options)
            {
                terminal.Out.WriteLine($"{path} is valid: {PipelineSummary.Of(options)}");
            }
            else
            {
                terminal.Error.WriteLine($"{path}: {errors} {(errors == 1 ? "problem" : "problems")}");
            }
        }

        return result.Options is null ? ExitCodes.Usage : ExitCodes.Done;
    }
}
