using StreamEnricher.Cli.Composition.Stix;
using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>Checks of what a <c>stix</c> sink counts.</summary>
internal static class StixAggregationChecks
{
    private static readonly string[] OfAggregation = ["window", "lateness", "idle_after", "state"];

    /// <summary>Reports everything that is wrong.</summary>
    /// <param name="path">Path of the sink.</param>
    /// <param name="name">Its name.</param>
    /// <param name="stix">Its kind.</param>
    /// <param name="options">The pipeline.</param>
    /// <param name="context">Takes the problems.</param>
    public static void Run(string path, string name, StixOptions stix, PipelineOptions options, ReadContext context)
    {
        path += ".stix";
        try
        {
            AllowLists.Of(stix, options);
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            context.Error(path, error.Message);
        }

        if (!stix.Aggregates)
        {
            foreach (var key in OfAggregation.Where(key => context.IsSet($"{path}.{key}")))
            {
                context.Error($"{path}.{key}", $"{path}.{key} has no effect without mode: aggregate", "mode: aggregate");
            }

            return;
        }

        if (stix.Window < TimeSpan.FromSeconds(1) || stix.Window > TimeSpan.FromHours(24))
        {
            context.Error($"{path}.window", $"{path}.window must be from 1s to 24h");
        }

        if (stix.IdleAfter < TimeSpan.FromSeconds(1))
        {
            context.Error($"{path}.idle_after", $"{path}.idle_after must be at least 1s");
        }

        if (stix.StateMemory < 1 << 20)
        {
            context.Error($"{path}.state.memory", $"{path}.state.memory must be at least 1MiB");
        }

        if (stix is { StateTopic: not null, StateFile: not null })
        {
            context.Error($"{path}.state", $"{path}.state has both kafka and file", "one of them");
        }
        else if (StixAggregation.IsInKafka(new SinkOptions { Kind = stix }))
        {
            PipelineChecks.CheckTopicName($"{path}.state", StixAggregation.StateTopic(name, stix, options), context);
        }
    }
}
