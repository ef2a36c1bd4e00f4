using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Logs errors of a client: each when it is another one than before, and that it is over.</summary>
internal sealed class ClientErrors(ILogger logger)
{
    private string? _last;

    /// <summary>Notes an error.</summary>
    public void Report(Error error)
    {
        if (!string.Equals(_last, error.Reason, StringComparison.Ordinal))
        {
            _last = error.Reason;
            Log.Retrying(logger, error.Reason);
        }
    }

    /// <summary>Records come.</summary>
    public void Recovered()
    {
        if (_last is not null)
        {
            _last = null;
            Log.Recovered(logger);
        }
    }
}
