using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.StixValidation;
using StreamEnricher.Enrichment.StixValidation.Schemas;

namespace StreamEnricher.Cli.Commands.Stix;

/// <summary>What <c>stix validate --output json</c> prints.</summary>
internal sealed record ReportedStix(int Objects, int Errors, int Warnings, IReadOnlyList<ReportedFinding> Findings);

/// <summary>One finding.</summary>
internal sealed record ReportedFinding(string Level, string File, int Line, string Object, string Path, string Problem);

/// <summary><c>stix validate</c>.</summary>
internal static class StixValidateCommand
{
    private const string StandardInput = "-";

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "A bundle, TAXII envelope, list, object, or NDJSON; - for standard input." };
        var strict = new Option<bool>("--strict") { Description = "Warnings fail too." };
        var allowMissing = new Option<bool>("--allow-missing") { Description = "What objects refer to need not be in the file." };
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "validate",
            "Check STIX 2.1 objects against OASIS's JSON schemas, the grammar of patterns, ATT&CK, and what these do not see. Exit code 1 when something is wrong, 2 when the file cannot be read.",
            "streamenricher stix validate bundle.json",
            "streamenricher enrich pipelines/detections.yaml --to stix < events.ndjson | streamenricher stix validate -")
        {
            file, strict, allowMissing, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetRequiredValue(file);
            if (await ReadAsync(name, terminal, cancellation) is not { } content)
            {
                return ExitCodes.Usage;
            }

            try
            {
                var schemas = new StixSchemas(Path.Combine(AppContext.BaseDirectory, "data", "stix", "schemas"));
                var validator = new StixValidator(schemas, ShippedData.BesideExecutable.LoadCatalogue(Defaults.Catalogue), TimeProvider.System.GetUtcNow());
                var result = validator.Validate(content, selfContained: !parsed.GetValue(allowMissing));
                return Write(name, result, parsed.GetValue(strict), parsed.GetValue(output) == "json", terminal);
            }
            catch (JsonException error)
            {
                await terminal.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{name}:{(error.LineNumber ?? 0) + 1}: is no JSON: {error.Message}"));
                return ExitCodes.Usage;
            }
            catch (Exception error) when (error is InvalidDataException or DataFileException)
            {
                await terminal.Error.WriteLineAsync(error.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    private static async Task<byte[]?> ReadAsync(string name, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            if (name != StandardInput)
            {
                return await File.ReadAllBytesAsync(name, cancellation);
            }

            await using var input = terminal.OpenInput();
            using var content = new MemoryStream();
            await input.CopyToAsync(content, cancellation);
            return content.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return null;
        }
    }

    private static int Write(string name, ValidationResult result, bool strict, bool json, Terminal terminal)
    {
        var errors = result.Findings.Count(static one => one.Level == FindingLevel.Error);
        var warnings = result.Findings.Count - errors;
        if (json)
        {
            var findings = result.Findings.Select(one => new ReportedFinding(Word(one), name, one.Line, one.Object, one.Path, one.Problem));
            terminal.Out.WriteLine(JsonSerializer.Serialize(new ReportedStix(result.Objects, errors, warnings, [.. findings]), CommandJson.Default.ReportedStix));
        }
        else
        {
            foreach (var one in result.Findings)
            {
                var place = one.Object.Length > 0 ? $"{one.Object} " : "";
                terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}:{one.Line}: {Word(one)}: {place}{one.Path}{(one.Path.Length > 0 ? ": " : "")}{one.Problem}"));
            }

            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Objects} objects, {errors} errors, {warnings} warnings"));
        }

        return errors > 0 || (strict && warnings > 0) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static string Word(StixFinding finding) => finding.Level == FindingLevel.Error ? "error" : "warning";
}
