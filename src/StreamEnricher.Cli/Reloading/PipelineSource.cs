using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Reloading;

/// <summary>Where a running pipeline comes from.</summary>
/// <param name="Read">Its file as it was when the run began; it had no errors.</param>
/// <param name="Again">Reads the file as it is now.</param>
/// <param name="Files">What is looked at; known are the files that the run began with.</param>
/// <param name="Signal">Somebody wants them to be read again.</param>
internal sealed record PipelineSource(PipelineFileResult Read, Func<PipelineFileResult> Again, WatchedFiles Files, ReloadSignal Signal);
