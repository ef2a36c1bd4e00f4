namespace StreamEnricher.Testing.Servers;

/// <summary>What a scripted server got.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path with the query string.</param>
/// <param name="Headers">Headers, names in any case; several values joined by a comma.</param>
/// <param name="Body">Body, unpacked when it came as gzip.</param>
/// <param name="WireBytes">Length of the body as it came.</param>
public sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, int WireBytes)
{
    /// <summary>Method and path without the query string.</summary>
    public string Route => $"{Method} {Path.Split('?')[0]}";

    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body.Span);

    /// <summary>A header, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
