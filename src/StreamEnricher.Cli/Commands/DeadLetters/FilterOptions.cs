using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using StreamEnricher.Cli.Composition.DeadLetters;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Commands.DeadLetters;

/// <summary>The options that choose dead letters.</summary>
internal sealed class FilterOptions
{
    private readonly Option<string[]> _sinks = Words("--sink", "name", "Sink that refused them; * for those refused before the fan-out. Can be given several times, like the others.");
    private readonly Option<string[]> _reasons = Words("--reason", "word", "Reason, such as mapping_rejected.");
    private readonly Option<string[]> _topics = Words("--topic", "name", "Topic of the records.");
    private readonly Option<string[]> _techniques = Words("--technique", "id", "ATT&CK technique that the pipeline finds in the record; T1059 takes T1059.001 too.");
    private readonly Option<DateTimeOffset?> _since = Moment("--since", "Refused since then: 2026-03-01T12:00:00Z, or 2h for two hours ago.");
    private readonly Option<DateTimeOffset?> _until = Moment("--until", "Refused before then.");

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_sinks, _reasons, _topics, _techniques, _since, _until])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What a command line chose.</summary>
    public DeadLetterFilter Read(ParseResult parsed) => new()
    {
        Sinks = parsed.GetRequiredValue(_sinks),
        Reasons = parsed.GetRequiredValue(_reasons),
        Topics = parsed.GetRequiredValue(_topics),
        Techniques = parsed.GetRequiredValue(_techniques),
        Since = parsed.GetValue(_since),
        Until = parsed.GetValue(_until),
    };

    /// <summary>An option that takes a time, or how long ago it was.</summary>
    public static Option<DateTimeOffset?> Moment(string name, string description) => new(name) { HelpName = "time", Description = description, CustomParser = Parse };

    private static Option<string[]> Words(string name, string word, string description) => new(name) { HelpName = word, Description = description, DefaultValueFactory = _ => [] };

    private static DateTimeOffset? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
        if (Units.TryParseDuration(text, out var ago))
        {
            return TimeProvider.System.GetUtcNow() - ago;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return moment;
        }

        result.AddError($"{text} is no time: write 2026-03-01T12:00:00Z, or 2h for two hours ago");
        return null;
    }
}
