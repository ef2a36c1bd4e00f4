namespace StreamEnricher.Enrichment.Formats;

/// <summary>Where a rule finds its value: a slot, or an element below an array slot.</summary>
/// <param name="Slot">Slot of the scan plan.</param>
/// <param name="Path">The source path as written, for evidence and messages.</param>
/// <param name="Rest">Steps below the slot (array indexes, * for any element, and names), or null. Such a value is copied, never consumed.</param>
internal sealed record SourceRef(int Slot, string Path, IReadOnlyList<byte[]>? Rest)
{
    /// <summary>The step that stands for any element of an array.</summary>
    public const string AnyElement = "*";

    /// <summary>Splits a path before its first step into an array.</summary>
    public static (string Scanned, IReadOnlyList<byte[]>? Below) Split(string path)
    {
        var steps = path.Split('.');
        var index = Array.FindIndex(steps, 1, step => step == AnyElement || (step.Length > 0 && step.All(char.IsAsciiDigit)));
        return index < 0
            ? (path, null)
            : (string.Join('.', steps[..index]), [.. steps[index..].Select(System.Text.Encoding.UTF8.GetBytes)]);
    }
}
