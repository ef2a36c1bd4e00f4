namespace StreamEnricher.Enrichment.Scanning;

/// <summary>A member that a plan knows.</summary>
internal sealed class ScanEntry
{
    /// <summary>Place in <see cref="ScanPlan.Entries"/>.</summary>
    public required ushort Index { get; init; }

    /// <summary>Level that the member is of; 0 is the event.</summary>
    public required int Level { get; init; }

    /// <summary>Names from the event down to this member.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>The name as UTF-8.</summary>
    public required byte[] Name { get; init; }

    /// <summary>The name as a JSON token: quoted, with the escapes that it needs.</summary>
    public required byte[] NameToken { get; init; }

    /// <summary>Slot that takes the value, or -1.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>Level of the value's members when it is an object, or -1.</summary>
    public int Child { get; set; } = -1;

    /// <summary>The name itself holds a dot, as in <c>{"rule.id":1}</c>.</summary>
    public bool IsDotted => Name.AsSpan().Contains((byte)'.');
}
