using System.Text.Json.Nodes;

namespace StreamEnricher.Cli.EventTests;

/// <summary>A file of tests, read.</summary>
/// <param name="Path">The file as given.</param>
/// <param name="Pipeline">Full path of the pipeline that is tested; null: the shipped formats alone.</param>
/// <param name="Tests">Its tests in order.</param>
internal sealed record EventTestFile(string Path, string? Pipeline, IReadOnlyList<EventTest> Tests);

/// <summary>An event and what should become of it.</summary>
internal sealed record EventTest
{
    /// <summary>What the test says of the event.</summary>
    public required string Name { get; init; }

    /// <summary>Line of the file, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>Source entry of the pipeline; null: its format is recognised.</summary>
    public string? Source { get; init; }

    /// <summary>Format, where no pipeline is named; null: it is recognised.</summary>
    public string? Format { get; init; }

    /// <summary>The record's value.</summary>
    public required byte[] Value { get; init; }

    /// <summary>The record's time, milliseconds since 1970-01-01 UTC.</summary>
    public long Timestamp { get; init; }

    /// <summary>What is expected.</summary>
    public required Expectation Expected { get; init; }
}

/// <summary>What should become of an event; null: nothing is said of it.</summary>
internal sealed record Expectation
{
    /// <summary>Name of the format that takes it.</summary>
    public string? Format { get; init; }

    /// <summary>Case of that format.</summary>
    public string? Case { get; init; }

    /// <summary>Members that the ECS document must have; null for one that it must not have.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Fields { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>All its techniques, in any order.</summary>
    public IReadOnlyList<string>? Techniques { get; init; }

    /// <summary>All sinks that get it, in any order.</summary>
    public IReadOnlyList<string>? Sinks { get; init; }

    /// <summary>Reason for which it becomes a dead letter; null: it does not.</summary>
    public string? DeadLetter { get; init; }
}

/// <summary>Something that is not as expected.</summary>
/// <param name="What">Field, or what else is compared.</param>
/// <param name="Expected">What it should be.</param>
/// <param name="Actual">What it is.</param>
internal sealed record Difference(string What, string Expected, string Actual);

/// <summary>A test that was run.</summary>
/// <param name="Test">The test.</param>
/// <param name="Differences">None when it passed.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record EventTestResult(EventTest Test, IReadOnlyList<Difference> Differences, TimeSpan Elapsed);

/// <summary>The tests of a file that were run.</summary>
internal sealed record EventTestFileResult(EventTestFile File, IReadOnlyList<EventTestResult> Tests);
