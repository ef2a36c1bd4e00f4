namespace StreamEnricher.Enrichment.Attribution;

/// <summary>A data file (ATT&amp;CK release or table) that cannot be used; the message names file and line and what to write instead.</summary>
internal sealed class DataFileException : Exception
{
    public DataFileException(string message)
        : base(message)
    {
    }

    public DataFileException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <param name="path">File.</param>
    /// <param name="line">Line from 1.</param>
    /// <param name="message">What is wrong there.</param>
    public DataFileException(string path, int line, string message)
        : base($"{path}:{line}: {message}")
    {
    }
}
