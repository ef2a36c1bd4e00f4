namespace StreamEnricher.Enrichment.StixValidation.Patterns;

/// <summary>Kinds of tokens of the STIX pattern grammar.</summary>
internal enum TokenKind
{
    End,
    Word,
    HyphenWord,
    String,
    Integer,
    Float,
    Hex,
    Binary,
    Timestamp,
    Operator,
    Punctuation,
    Invalid,
}

/// <summary>A token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As it is written; of literals without quotes and prefix, and unescaped.</param>
/// <param name="Position">Of its first character, from 1.</param>
internal readonly record struct PatternToken(TokenKind Kind, string Text, int Position)
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "AND", "OR", "NOT", "FOLLOWEDBY", "LIKE", "MATCHES", "ISSUPERSET", "ISSUBSET", "EXISTS", "LAST", "IN", "START", "STOP", "SECONDS", "true", "false", "WITHIN", "REPEATS", "TIMES",
    };

    /// <summary>A word that the grammar keeps for itself.</summary>
    public bool IsKeyword => Kind == TokenKind.Word && Keywords.Contains(Text);

    /// <summary>A name without a hyphen.</summary>
    public bool IsName => Kind == TokenKind.Word && !IsKeyword;

    /// <summary>For messages.</summary>
    public string Shown => Kind == TokenKind.End ? "the end" : Kind == TokenKind.String ? $"'{Text}'" : Text;
}
