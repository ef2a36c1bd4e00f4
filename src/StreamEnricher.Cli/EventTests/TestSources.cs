using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Cli.EventTests;

/// <summary>Which source entry each test's event belongs to.</summary>
internal static class TestSources
{
    /// <summary>A pipeline's entries by their names; without a pipeline one entry a format, and one whose events are recognised.</summary>
    /// <exception cref="EventTestException">A test names a source or a format that does not exist.</exception>
    public static IReadOnlyDictionary<EventTest, SourceFormat> Of(EventTestFile file, EnrichmentPlan plan)
    {
        var sources = plan.Sources().ToDictionary(source => source.Name, StringComparer.Ordinal);
        var recognised = new SourceFormat("auto", null);
        var found = new Dictionary<EventTest, SourceFormat>(ReferenceEqualityComparer.Instance);
        foreach (var test in file.Tests)
        {
            if (test.Source is { } name)
            {
                found[test] = sources.TryGetValue(name, out var source)
                    ? source
                    : throw new EventTestException($"{file.Path}:{test.Line}:1: there is no source '{name}' in the pipeline ({Suggestion.For(name, sources.Keys)})");
            }
            else if (test.Format is { } format && format != "auto")
            {
                if (!sources.TryGetValue(format, out var entry) || entry.Format?.Name != format)
                {
                    var known = plan.Formats.Find(format)
                        ?? throw new EventTestException($"{file.Path}:{test.Line}:1: there is no format '{format}' ({Suggestion.For(format, [.. plan.Formats.Plans.Select(one => one.Name)])})");
                    entry = new SourceFormat($"format {format}", known);
                    sources[entry.Name] = sources[format] = entry;
                }

                found[test] = entry;
            }
            else
            {
                found[test] = recognised;
            }
        }

        return found;
    }
}
