using System.Text.RegularExpressions;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Which topics the sources name, and which source a topic belongs to.</summary>
internal sealed class SourceTopics
{
    private readonly List<(string Source, string Topic, Regex? Pattern)> _entries = [];

    public SourceTopics(IReadOnlyList<KafkaSourceEntry> sources)
    {
        foreach (var source in sources)
        {
            foreach (var topic in source.Topics)
            {
                _entries.Add((source.Name, topic, topic.StartsWith('^') ? Compile(source.Name, topic) : null));
            }
        }
    }

    /// <summary>What to subscribe to: names, and patterns that start with ^.</summary>
    public IReadOnlyCollection<string> Subscription => [.. _entries.Select(static entry => entry.Topic).Distinct()];

    /// <summary>The source of a topic: the first that names or matches it.</summary>
    public string SourceOf(string topic)
    {
        var found = _entries.Find(entry => entry.Pattern?.IsMatch(topic) ?? entry.Topic == topic);

        // librdkafka's regular expressions differ from .NET's in rare corners; it assigned the topic, so some pattern stands for it.
        return found.Source ?? _entries.Find(static entry => entry.Pattern is not null).Source ?? _entries[0].Source;
    }

    /// <summary>Plain names that are not among the existing topics, each with its source.</summary>
    public IReadOnlyList<(string Source, string Topic)> Missing(IReadOnlySet<string> existing) =>
        [.. _entries.Where(entry => entry.Pattern is null && !existing.Contains(entry.Topic)).Select(static entry => (entry.Source, entry.Topic))];

    /// <summary>The existing topics that are read.</summary>
    public IReadOnlyList<string> Matching(IReadOnlySet<string> existing) =>
        [.. existing.Where(topic => _entries.Exists(entry => entry.Pattern?.IsMatch(topic) ?? entry.Topic == topic)).Order(StringComparer.Ordinal)];

    private static Regex Compile(string source, string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new KafkaSetupException($"The topic pattern '{pattern}' of source '{source}' is no regular expression: {error.Message}", error);
        }
    }
}
