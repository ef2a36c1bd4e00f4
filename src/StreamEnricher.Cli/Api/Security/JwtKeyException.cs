namespace StreamEnricher.Cli.Api.Security;

/// <summary>A key file cannot be used; the message says why, without its content.</summary>
internal sealed class JwtKeyException : Exception
{
    /// <inheritdoc />
    public JwtKeyException(string message)
        : base(message)
    {
    }

    /// <inheritdoc />
    public JwtKeyException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
