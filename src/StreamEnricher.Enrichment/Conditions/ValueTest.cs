using System.Net;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>How a value is compared.</summary>
internal enum TestKind : byte
{
    /// <summary>The whole text.</summary>
    Equal,

    /// <summary>Somewhere in the text.</summary>
    Contains,

    /// <summary>At the beginning.</summary>
    StartsWith,

    /// <summary>At the end.</summary>
    EndsWith,

    /// <summary>A pattern with * and ?, over the whole text.</summary>
    Wildcard,

    /// <summary>A regular expression, anywhere in the text.</summary>
    Regex,

    /// <summary>An address within a network.</summary>
    Cidr,

    /// <summary>Greater.</summary>
    Greater,

    /// <summary>Greater or equal.</summary>
    GreaterOrEqual,

    /// <summary>Less.</summary>
    Less,

    /// <summary>Less or equal.</summary>
    LessOrEqual,

    /// <summary>Absent or null.</summary>
    Null,
}

/// <summary>One comparison with one value.</summary>
internal sealed class ValueTest
{
    public required TestKind Kind { get; init; }

    /// <summary>The value as the condition's author wrote it.</summary>
    public string Written { get; init; } = "";

    /// <summary>UTF-8 text to compare with; letters A to Z are small unless <see cref="Cased"/>. Wildcards as <see cref="SigmaPattern"/> has them.</summary>
    public byte[] Text { get; init; } = [];

    /// <summary>Capital letters matter.</summary>
    public bool Cased { get; init; }

    public LinearRegex? Regex { get; init; }

    public IPNetwork Network { get; init; }

    /// <summary>The number to compare with; NaN when an <see cref="TestKind.Equal"/> value is none.</summary>
    public double Number { get; init; } = double.NaN;

    /// <summary>Part of a date that <see cref="Number"/> is compared with; the kind is equal or an order.</summary>
    public DatePart Part { get; init; }
}
