using System.Runtime.InteropServices;

namespace StreamEnricher.Core.Events;

/// <summary>Kind of a JSON token that a slot holds.</summary>
public enum TokenKind : byte
{
    /// <summary>The field is absent.</summary>
    None,

    /// <summary>A string without escapes: its content can be used as it is.</summary>
    String,

    /// <summary>A string with at least one backslash escape.</summary>
    EscapedString,

    /// <summary>A number.</summary>
    Number,

    /// <summary>true.</summary>
    True,

    /// <summary>false.</summary>
    False,

    /// <summary>null.</summary>
    Null,

    /// <summary>An object, braces included.</summary>
    Object,

    /// <summary>An array, brackets included.</summary>
    Array,
}

/// <summary>The place of one field's value in an event: a slice of the JSON token as the producer wrote it, quotes included.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct Slot(int start, int length, TokenKind kind)
{
    /// <summary>Index of the token's first byte in the buffer that was scanned.</summary>
    public int Start { get; } = start;

    /// <summary>Length of the token in bytes.</summary>
    public int Length { get; } = length;

    /// <summary>Kind of token.</summary>
    public TokenKind Kind { get; } = kind;

    /// <summary>The field is there, be it null.</summary>
    public bool IsPresent => Kind != TokenKind.None;

    /// <summary>A string, escaped or not.</summary>
    public bool IsString => Kind is TokenKind.String or TokenKind.EscapedString;

    /// <summary>The token as written.</summary>
    public ReadOnlySpan<byte> Token(ReadOnlySpan<byte> buffer) => buffer.Slice(Start, Length);

    /// <summary>A string without its quotes (escapes as written), any other token whole.</summary>
    public ReadOnlySpan<byte> Content(ReadOnlySpan<byte> buffer) => IsString ? buffer.Slice(Start + 1, Length - 2) : buffer.Slice(Start, Length);
}
