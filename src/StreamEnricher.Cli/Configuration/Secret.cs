namespace StreamEnricher.Cli.Configuration;

/// <summary>A value that never shows: printing it gives three stars.</summary>
internal readonly record struct Secret(string Value)
{
    /// <summary>No secret.</summary>
    public static Secret None { get; } = new("");

    /// <summary>Nothing was configured.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Value);

    /// <summary>The value to hand to a client, or null when nothing was configured.</summary>
    public string? Reveal() => IsEmpty ? null : Value;

    /// <inheritdoc />
    public override string ToString() => IsEmpty ? "" : "***";
}
