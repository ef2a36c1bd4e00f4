namespace StreamEnricher.Cli.Benching.Stages;

/// <summary>What one stage costs.</summary>
/// <param name="Name">read, scan, map, attribute, encode SINK, compress SINK, send SINK, or rest.</param>
/// <param name="Microseconds">CPU an event.</param>
/// <param name="Share">Part of all CPU of the run, 0 to 1.</param>
internal sealed record StageFigures(string Name, double Microseconds, double Share);
