using Microsoft.Extensions.Logging;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.Engine;

/// <summary>Log messages of the engine.</summary>
internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Information, "Running with {Sinks} sinks, {Parallelism} batches in parallel")]
    public static partial void Started(ILogger logger, int sinks, int parallelism);

    [LoggerMessage(5002, LogLevel.Information, "Reading has ended; finishing what is in flight")]
    public static partial void Finishing(ILogger logger);

    [LoggerMessage(5003, LogLevel.Information, "Stopping: reading ends, what is in flight has {Timeout} to finish")]
    public static partial void Draining(ILogger logger, TimeSpan timeout);

    [LoggerMessage(5004, LogLevel.Warning, "Sink {Sink} is held ({Reason}) and is not waited for; what it has not taken stays in Kafka")]
    public static partial void HeldSinkLetGo(ILogger logger, string sink, string? reason);

    [LoggerMessage(5005, LogLevel.Warning, "The drain timeout of {Timeout} has passed; what {Sinks} have not taken stays in Kafka")]
    public static partial void DrainDeadlinePassed(ILogger logger, TimeSpan timeout, string sinks);

    [LoggerMessage(5006, LogLevel.Warning, "Stopping at once; what is not committed will be read again")]
    public static partial void Aborting(ILogger logger);

    [LoggerMessage(5007, LogLevel.Warning, "{What} did not end within {Timeout} of being told to and is left behind")]
    public static partial void LeftBehind(ILogger logger, string what, TimeSpan timeout);

    [LoggerMessage(5008, LogLevel.Information, "Stopped: {Outcome}")]
    public static partial void Stopped(ILogger logger, EngineResult outcome);

    [LoggerMessage(5010, LogLevel.Critical, "The source failed; the engine stops")]
    public static partial void SourceFailed(ILogger logger, Exception error);

    [LoggerMessage(5011, LogLevel.Critical, "The engine itself failed and stops; nothing is committed for what it was working on")]
    public static partial void EngineFailed(ILogger logger, Exception error);

    [LoggerMessage(5012, LogLevel.Critical, "Enriching a batch of {Records} records failed as a whole ({Ranges}); all of them become dead letters with reason enrichment_failed")]
    public static partial void EnricherFailed(ILogger logger, Exception error, int records, string ranges);

    [LoggerMessage(5013, LogLevel.Error, "Sink {Sink} failed in a way it does not foresee; its batch of {Items} items is delivered again in {Delay}")]
    public static partial void SinkFailed(ILogger logger, Exception error, string sink, int items, TimeSpan delay);

    [LoggerMessage(5014, LogLevel.Error, "The dead letter store failed for {Records} records that sink {Sink} refused; they are written again in {Delay}")]
    public static partial void DeadLetterStoreFailed(ILogger logger, Exception error, string sink, int records, TimeSpan delay);

    [LoggerMessage(5015, LogLevel.Warning, "Progress could not be committed; the next commit makes up for it: {Reason}")]
    public static partial void CommitFailed(ILogger logger, string reason);

    [LoggerMessage(5016, LogLevel.Information, "Progress is committed again")]
    public static partial void CommitRecovered(ILogger logger);

    [LoggerMessage(5017, LogLevel.Warning, "The last progress could not be committed within {Timeout}; what it covers is delivered again by the next run")]
    public static partial void LastCommitTimedOut(ILogger logger, TimeSpan timeout);

    [LoggerMessage(5018, LogLevel.Error, "Reading has ended before the end: {Behind}")]
    public static partial void NotAtEnd(ILogger logger, string behind);

    [LoggerMessage(5019, LogLevel.Warning, "Sink {Sink} has held up the others for {Held} and is detached: they go on, and it reads on its own from its place in Kafka, for {Detachment} at least")]
    public static partial void SinkDetached(ILogger logger, string sink, TimeSpan held, TimeSpan detachment);

    [LoggerMessage(5020, LogLevel.Information, "Sink {Sink} has caught up and is attached again")]
    public static partial void SinkAttached(ILogger logger, string sink);

    [LoggerMessage(5021, LogLevel.Information, "Sink {Sink} is paused: the others go on, and what it does not get stays in Kafka")]
    public static partial void SinkPaused(ILogger logger, string sink);

    [LoggerMessage(5022, LogLevel.Error, "Sink {Sink} could not read on its own; it tries again in {Delay}")]
    public static partial void CatchUpFailed(ILogger logger, Exception error, string sink, TimeSpan delay);

    [LoggerMessage(5023, LogLevel.Information, "Sink {Sink} starts far behind the others and begins detached: it reads on its own until it has caught up")]
    public static partial void SinkStartsBehind(ILogger logger, string sink);

    [LoggerMessage(5027, LogLevel.Error, "Topics are about to delete what sink {Sink} has not taken, and it takes nothing: those records become dead letters with reason retention, to be replayed once it works")]
    public static partial void SinkExpires(ILogger logger, string sink);

    [LoggerMessage(5025, LogLevel.Information, "Sink {Sink} is rewound: what it has in hand is given up, and it begins anew")]
    public static partial void SinkRewinds(ILogger logger, string sink);

    [LoggerMessage(5026, LogLevel.Warning, "Sink {Sink} was detached {Timeout} ago and has not ended what it had in hand, which is given up: its own reader brings it again, so a sink that cannot refuse what it has may get it twice")]
    public static partial void SinkRecalled(ILogger logger, string sink, TimeSpan timeout);

    [LoggerMessage(5024, LogLevel.Warning, "Sink {Sink} is detached and is not waited for; what it has not taken stays in Kafka")]
    public static partial void DetachedSinkLetGo(ILogger logger, string sink);
}
