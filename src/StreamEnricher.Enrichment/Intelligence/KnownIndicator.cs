using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>A value that has an indicator.</summary>
/// <param name="key">The kind's code and the canonical value.</param>
/// <param name="kind">What it is.</param>
/// <param name="version">What is said of it.</param>
internal sealed class KnownIndicator(byte[] key, StixKind kind, IndicatorVersion version)
{
    /// <summary>Bytes of the objects and table entries of an indicator beside its key, about.</summary>
    private const int FixedBytes = 360;

    /// <summary>The kind's code and the canonical value.</summary>
    public byte[] Key => key;

    /// <summary>What it is.</summary>
    public StixKind Kind => kind;

    /// <summary>The canonical value.</summary>
    public ReadOnlySpan<byte> Value => key.AsSpan(1);

    /// <summary>Its newest version.</summary>
    public IndicatorVersion Version { get; set; } = version;

    /// <summary>Time of the last event, milliseconds since 1970: the least recently seen is forgotten first.</summary>
    public long LastSeen { get; set; } = version.Modified;

    /// <summary>The first of its open windows.</summary>
    public OpenWindow? Windows { get; set; }

    /// <summary>The state does not have its newest version.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Its newest version is not delivered.</summary>
    public bool IsUnsent { get; set; }

    /// <summary>This process has seen it; others in the state are only known.</summary>
    public bool IsOwn { get; set; }

    /// <summary>Memory that it takes, about.</summary>
    public int Bytes => FixedBytes + key.Length;

    /// <summary>Adds a window.</summary>
    public void Link(OpenWindow window)
    {
        window.Next = Windows;
        Windows = window;
    }

    /// <summary>Takes a window out.</summary>
    public void Unlink(OpenWindow window)
    {
        if (Windows == window)
        {
            Windows = window.Next;
            return;
        }

        for (var before = Windows; before is not null; before = before.Next)
        {
            if (before.Next == window)
            {
                before.Next = window.Next;
                return;
            }
        }
    }
}
