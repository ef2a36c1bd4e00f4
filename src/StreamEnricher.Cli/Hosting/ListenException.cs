namespace StreamEnricher.Cli.Hosting;

/// <summary>The configured address cannot be listened on; the message is for the operator.</summary>
internal sealed class ListenException(string message, Exception inner) : Exception(message, inner);
