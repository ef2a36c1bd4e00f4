using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Sigma;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Cli.Composition;

/// <summary>Loads the Sigma rules of a pipeline.</summary>
internal static partial class SigmaRules
{
    /// <summary>Reads the rules and says in the log what is wrong with them.</summary>
    /// <returns>Null when the pipeline has none.</returns>
    /// <exception cref="CompositionException">A path holds no rules, or a rule cannot be used and the pipeline does not want to run without it.</exception>
    public static SigmaRuleSet? Load(PipelineOptions options, ILogger logger)
    {
        if (Read(options) is not { } rules)
        {
            return null;
        }

        var errors = rules.Problems.Where(problem => !problem.IsLint).ToList();
        if (errors.Count > 0 && options.Attribution.Providers.OfType<SigmaProviderOptions>().Any(provider => provider.RefuseInvalidRules))
        {
            throw new CompositionException(string.Join(Environment.NewLine, errors));
        }

        if (rules.LeftOut > 0)
        {
            LogLeftOut(logger, rules.LeftOut, rules.Rules.Count, string.Join("; ", errors));
        }

        return rules;
    }

    /// <summary>Reads the rules.</summary>
    /// <returns>Null when the pipeline has none.</returns>
    /// <exception cref="CompositionException">A path holds no rules.</exception>
    public static SigmaRuleSet? Read(PipelineOptions options)
    {
        if (options.Attribution.Providers.OfType<SigmaProviderOptions>().FirstOrDefault() is not { } provider)
        {
            return null;
        }

        try
        {
            return SigmaRuleSet.Load(provider.Rules.Select(options.FullPath), SigmaLevels.Find(provider.MinimumLevel) ?? SigmaLevels.Default, provider.Placeholders);
        }
        catch (DataFileException exception)
        {
            throw new CompositionException(exception.Message, exception);
        }
    }

    /// <summary>Compiles rules for all formats now, so that no event waits for it.</summary>
    public static SigmaProvider Compile(SigmaRuleSet rules, AttackCatalogue catalogue, FormatCatalog formats, bool acrossPartitions)
    {
        var provider = new SigmaProvider(rules, catalogue, acrossPartitions);
        foreach (var format in formats.Plans)
        {
            provider.Bind(format.Cases[^1].Attribution);
        }

        return provider;
    }

    [LoggerMessage(EventId = 1101, Level = LogLevel.Warning, Message = "{LeftOut} Sigma rules cannot be used and are left out, {Used} are used: {Problems}")]
    private static partial void LogLeftOut(ILogger logger, int leftOut, int used, string problems);
}
