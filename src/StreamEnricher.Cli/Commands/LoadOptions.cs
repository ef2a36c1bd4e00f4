using System.CommandLine;
using System.CommandLine.Parsing;
using StreamEnricher.Cli.Benching;
using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;

namespace StreamEnricher.Cli.Commands;

/// <summary>What <c>bench</c> and <c>tune</c> read and where they deliver to.</summary>
internal sealed class LoadOptions
{
    private readonly Argument<string?> _pipeline = new("PIPELINE") { Description = "Pipeline file; a built-in pipeline when left out.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _set = CommonOptions.Set();
    private readonly Option<string> _events = new("--events")
    {
        HelpName = "kind",
        Description = $"Events to make up: {string.Join(", ", EventGenerator.Kinds)}, or mixed.",
        DefaultValueFactory = _ => EventGenerator.Kinds[0],
    };

    private readonly Option<string?> _input = new("--input") { HelpName = "file", Description = "Events to replay in place of made up ones, one a line, over and over." };
    private readonly Option<string?> _source = new("--source") { HelpName = "name", Description = "Source entry whose format the events have. Default: the one of their format, else recognised." };
    private readonly Option<int> _distinct = Whole("--distinct", "count", "Different events that are made up: more of them find less in caches.", EventGenerator.DefaultDistinct, 1, 1_000_000);
    private readonly Option<int> _size = Whole("--size", "bytes", "Pads events that are made up to so many bytes.", 0, 0, 1 << 20);
    private readonly Option<int> _partitions = Whole("--partitions", "count", "Partitions of each topic.", new BenchSettings().Partitions, 1, 1024);
    private readonly Option<string> _sinks = new Option<string>("--sinks")
    {
        Description = "null: each sink's bytes are thrown away; http: Elasticsearch and Splunk sinks deliver to a receiver in this process; pipeline: where the file says.",
        DefaultValueFactory = _ => "http",
    }.AcceptOnlyFromAmong("null", "http", "pipeline");

    private readonly Option<TimeSpan> _duration = Time("--duration", "How long is measured.", new BenchSettings().Duration);
    private readonly Option<TimeSpan> _warmUp = Time("--warm-up", "How long it runs before that.", new BenchSettings().WarmUp);
    private readonly Option<double?> _rate = Rate("--rate", "Events a second, such as 10000/s, whatever the pipeline does: latency counts from when an event was due. Default: as fast as it goes.", bytes: false);
    private readonly Option<TimeSpan> _delay = Time("--reply-delay", "How long the receiver thinks before it answers a request, like a server far away.", TimeSpan.Zero);
    private readonly Option<double?> _link = Rate("--link", "Bytes a second that the receiver gets through, such as 12MiB/s.", bytes: true);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_pipeline);
        foreach (Option option in new Option[] { _set, _events, _input, _source, _distinct, _size, _partitions, _sinks, _duration, _warmUp, _rate, _delay, _link })
        {
            command.Add(option);
        }
    }

    /// <summary>The run that the command line asks for.</summary>
    public BenchSettings Settings(ParseResult parsed) => new()
    {
        Sinks = Enum.Parse<BenchSinks>(parsed.GetRequiredValue(_sinks), ignoreCase: true),
        Duration = parsed.GetValue(_duration),
        WarmUp = parsed.GetValue(_warmUp),
        Rate = parsed.GetValue(_rate),
        Partitions = parsed.GetValue(_partitions),
        ReplyDelay = parsed.GetValue(_delay),
        Link = parsed.GetValue(_link),
    };

    /// <summary>Whether the command line asks for a rate.</summary>
    public bool HasRate(CommandResult result) => result.GetResult(_rate) is not null;

    /// <summary>The events in words.</summary>
    public string Describe(ParseResult parsed) => parsed.GetValue(_input) is { } file ? $"events of {file}" : $"{parsed.GetValue(_distinct)} different {parsed.GetValue(_events)} events";

    /// <summary>Reads the pipeline and makes the events, and runs an action with them; exit code 2 after what is wrong has been written to standard error.</summary>
    public async Task<int> UseAsync(ParseResult parsed, Terminal terminal, ILoggerFactory loggers, Func<PipelineOptions, EnrichmentPlan, LoadStreams, Task<int>> action)
    {
        var kinds = parsed.GetRequiredValue(_events) == LoadStreams.Mixed ? EventGenerator.Kinds : [parsed.GetRequiredValue(_events)];
        if (kinds.Except(EventGenerator.Kinds).FirstOrDefault() is { } unknown)
        {
            return await FailAsync(terminal, $"--events {unknown}: there are {string.Join(", ", EventGenerator.Kinds)}, and {LoadStreams.Mixed}");
        }

        if (Pipeline(parsed, terminal) is not { } options)
        {
            return ExitCodes.Usage;
        }

        var source = parsed.GetValue(_source);
        if (source is not null && options.Sources.All(entry => entry.Key != source))
        {
            return await FailAsync(terminal, $"--source {source}: the pipeline has {string.Join(", ", options.Sources.Select(static entry => entry.Key))}");
        }

        var lines = parsed.GetValue(_input) is { } file ? await LinesAsync(file, terminal) : [];
        return lines is null ? ExitCodes.Usage : await PlanInput.UseAsync(options, terminal, loggers, plan => action(
            options,
            plan,
            lines.Count > 0 ? LoadStreams.Replay(lines, source, options, plan) : LoadStreams.Generate(kinds, parsed.GetValue(_distinct), parsed.GetValue(_size), source, options, plan)));
    }

    private static async Task<int> FailAsync(Terminal terminal, string message)
    {
        await terminal.Error.WriteLineAsync(message);
        return ExitCodes.Usage;
    }

    private static async Task<IReadOnlyList<byte[]>?> LinesAsync(string file, Terminal terminal)
    {
        try
        {
            var lines = (await File.ReadAllBytesAsync(file)).AsSpan();
            var events = new List<byte[]>();
            foreach (var range in lines.Split((byte)'\n'))
            {
                if (!lines[range].Trim("\r "u8).IsEmpty)
                {
                    events.Add(lines[range].ToArray());
                }
            }

            if (events.Count > 0)
            {
                return events;
            }

            await terminal.Error.WriteLineAsync($"--input {file}: there are no events in it");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync($"--input {file}: {error.Message}");
        }

        return null;
    }

    private static Option<int> Whole(string name, string help, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { HelpName = help, Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            {
                result.AddError($"{name} must be between {least} and {most}");
            }
        });
        return option;
    }

    private static Option<TimeSpan> Time(string name, string description, TimeSpan usual) => new(name)
    {
        HelpName = "time",
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            if (Units.TryParseDuration(result.Tokens[0].Value, out var time))
            {
                return time;
            }

            result.AddError($"{name} takes a time such as 500ms or 10s");
            return default;
        },
    };

    private static Option<double?> Rate(string name, string description, bool bytes) => new(name)
    {
        HelpName = "rate",
        Description = description,
        CustomParser = result =>
        {
            if (Units.TryParseRate(result.Tokens[0].Value, out var rate) && (rate is null || rate.IsBytes == bytes))
            {
                return rate?.PerSecond;
            }

            result.AddError($"{name} takes a rate such as {(bytes ? "12MiB/s" : "10000/s")}");
            return null;
        },
    };

    private PipelineOptions? Pipeline(ParseResult parsed, Terminal terminal)
    {
        if (parsed.GetValue(_pipeline) is { } path)
        {
            return PipelineInput.Read(path, parsed.GetRequiredValue(_set), terminal, warnings: false);
        }

        var result = PipelineFile.Parse(BenchPipeline.Yaml, BenchPipeline.Name, parsed.GetRequiredValue(_set), terminal.Environment, Inventory.BesideExecutable());
        if (result.Options is null)
        {
            PipelineInput.Report(result.Problems, terminal);
        }

        return result.Options;
    }
}
