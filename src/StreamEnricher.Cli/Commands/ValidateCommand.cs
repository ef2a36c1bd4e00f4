using System.CommandLine;
using System.Text.Json;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;

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
        var command = new DocumentedCommand(
            "validate",
            "Report all problems of a pipeline file at once, as file:line:column: problem (suggestion).",
            "streamenricher validate pipelines/detections.yaml",
            "streamenricher validate --schema > pipeline.schema.json")
        {
            pipeline, set, output, schema,
        };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(schema) && result.GetValue(pipeline) is null)
            {
                result.AddError("The pipeline file is missing: streamenricher validate PIPELINE.yaml");
            }
        });
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(schema))
            {
                terminal.Out.Write(PipelineSchema.Text());
                return ExitCodes.Done;
            }

            var path = parsed.GetRequiredValue(pipeline);
            var result = PipelineFile.Load(path, parsed.GetRequiredValue(set), terminal.Environment, Inventory.BesideExecutable());
            return Show(path, result, parsed.GetValue(output) == "json", terminal);
        });
        return command;
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
            PipelineInput.Report(result, terminal);
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
