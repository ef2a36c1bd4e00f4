namespace StreamEnricher.Cli.Composition;

/// <summary>A pipeline that passed validation cannot be built or started all the same; the message is for the operator.</summary>
internal sealed class CompositionException : Exception
{
    /// <param name="message">What is wrong and the way out.</param>
    public CompositionException(string message)
        : base(message)
    {
    }

    /// <param name="message">What is wrong and the way out.</param>
    /// <param name="inner">What was thrown.</param>
    public CompositionException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
