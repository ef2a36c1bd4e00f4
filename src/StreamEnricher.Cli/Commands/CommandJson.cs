using System.Text.Json.Serialization;
using StreamEnricher.Cli.Benching;
using StreamEnricher.Cli.Commands.Attack;
using StreamEnricher.Cli.Commands.Sinks;
using StreamEnricher.Cli.Commands.Stix;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Composition.DeadLetters;
using StreamEnricher.Cli.EventTests;
using StreamEnricher.Cli.FormatTrials;

namespace StreamEnricher.Cli.Commands;

/// <summary>What <c>validate --output json</c> prints.</summary>
internal sealed record ValidationReport(bool Valid, IReadOnlyList<ReportedProblem> Problems);

/// <summary>One problem.</summary>
internal sealed record ReportedProblem(string Place, string Severity, string Text, string? Suggestion);

/// <summary>What <c>test --output json</c> prints.</summary>
internal sealed record ReportedTests(int Passed, int Failed, IReadOnlyList<ReportedTest> Tests);

/// <summary>One test.</summary>
internal sealed record ReportedTest(string File, long Line, string Name, bool Passed, IReadOnlyList<Difference> Differences);

/// <summary>What <c>format list --output json</c> prints.</summary>
internal sealed record ReportedFormats(IReadOnlyList<ReportedFormat> Formats);

/// <summary>One format.</summary>
/// <param name="Name">Name for pipelines.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Input">json, or the kind of text that its events may be.</param>
/// <param name="Auto">Whether <c>format: auto</c> finds it.</param>
/// <param name="VendorNamespaces">Where what has no ECS home goes.</param>
/// <param name="Cases">Kinds of events that it tells apart.</param>
internal sealed record ReportedFormat(string Name, string? Title, IReadOnlyList<string> Input, bool Auto, IReadOnlyList<string> VendorNamespaces, IReadOnlyList<string> Cases);

/// <summary>Serializers of the machine-readable outputs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ValidationReport))]
[JsonSerializable(typeof(SetupStep))]
[JsonSerializable(typeof(DeadLetterLine))]
[JsonSerializable(typeof(DeadLetterTotals))]
[JsonSerializable(typeof(ReportedTests))]
[JsonSerializable(typeof(ReportedFormats))]
[JsonSerializable(typeof(FormatTrial))]
[JsonSerializable(typeof(ReportedReleases))]
[JsonSerializable(typeof(FoundTechniques))]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(ReportedTuning))]
[JsonSerializable(typeof(ReportedPlace))]
[JsonSerializable(typeof(ReportedStix))]
internal sealed partial class CommandJson : JsonSerializerContext;
