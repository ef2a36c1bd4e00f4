using System.Text.Json.Serialization;
using StreamEnricher.Cli.Commands.DeadLetters;
using StreamEnricher.Cli.Composition;

namespace StreamEnricher.Cli.Commands;

/// <summary>What <c>validate --output json</c> prints.</summary>
internal sealed record ValidationReport(bool Valid, IReadOnlyList<ReportedProblem> Problems);

/// <summary>One problem.</summary>
internal sealed record ReportedProblem(string Place, string Severity, string Text, string? Suggestion);

/// <summary>Serializers of the machine-readable outputs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ValidationReport))]
[JsonSerializable(typeof(SetupStep))]
[JsonSerializable(typeof(DeadLetterLine))]
[JsonSerializable(typeof(DeadLetterTotals))]
internal sealed partial class CommandJson : JsonSerializerContext;
