namespace StreamEnricher.Cli.Benching.Receivers;

/// <summary>Looks at a request body before it is answered. Called by several threads at once.</summary>
/// <param name="isBulk">The body came by <c>_bulk</c>; else by HEC.</param>
/// <param name="body">The body, decompressed.</param>
internal delegate void ReceivedBody(bool isBulk, ReadOnlySpan<byte> body);
