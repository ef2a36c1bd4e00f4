namespace StreamEnricher.Cli.Commands;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    /// <summary>Done; for run: drained.</summary>
    public const int Done = 0;

    /// <summary>Failed; for run: also when the drain deadline passed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong use or wrong configuration.</summary>
    public const int Usage = 2;
}
