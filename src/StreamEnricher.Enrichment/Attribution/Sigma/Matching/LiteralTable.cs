using System.Numerics;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>A hash table of literals by the whole or a part of their bytes.</summary>
internal sealed class LiteralTable
{
    private readonly int[] _heads;
    private readonly int[] _next;
    private readonly ulong[] _hashes;
    private readonly int _shift;

    /// <param name="keys">Key of each literal; several may share one.</param>
    public LiteralTable(IReadOnlyList<byte[]> keys)
    {
        var size = Math.Max(4u, BitOperations.RoundUpToPowerOf2((uint)keys.Count * 2));
        _shift = 64 - BitOperations.Log2(size);
        _heads = new int[size];
        _next = new int[keys.Count + 1];
        _hashes = new ulong[keys.Count + 1];
        for (var index = 1; index <= keys.Count; index++)
        {
            _hashes[index] = FoldedHash.Of(keys[index - 1]);
            ref var head = ref _heads[Place(_hashes[index])];
            _next[index] = head;
            head = index;
        }
    }

    /// <summary>The first literal whose key may be this; -1 when there is none.</summary>
    /// <param name="hash">Of <see cref="FoldedHash"/>.</param>
    public int First(ulong hash) => Find(_heads[Place(hash)], hash);

    /// <summary>The one after another.</summary>
    public int Next(int literal, ulong hash) => Find(_next[literal + 1], hash);

    private int Find(int at, ulong hash)
    {
        while (at != 0 && _hashes[at] != hash)
        {
            at = _next[at];
        }

        return at - 1;
    }

    private int Place(ulong hash) => (int)((hash * 0x9E3779B97F4A7C15UL) >> _shift);
}

/// <summary>Literals that are a whole text.</summary>
internal sealed class WholeTexts
{
    private readonly IndexedLiteral[] _literals;
    private readonly LiteralTable _table;
    private readonly int _longest;

    public WholeTexts(IReadOnlyList<IndexedLiteral> literals)
    {
        _literals = [.. literals];
        _table = new LiteralTable([.. literals.Select(literal => literal.Text)]);
        _longest = literals.Max(literal => literal.Text.Length);
    }

    /// <summary>Adds the rules of the literal that a text is.</summary>
    public void Search(ReadOnlySpan<byte> text, CandidateSet candidates)
    {
        if (text.Length > _longest)
        {
            return;
        }

        var hash = FoldedHash.Of(text);
        for (var at = _table.First(hash); at >= 0; at = _table.Next(at, hash))
        {
            if (JsonText.EqualsIgnoreAsciiCase(text, _literals[at].Text))
            {
                candidates.Add(_literals[at].Rules);
            }
        }
    }
}

/// <summary>Literals at the end of a text that reach back to a path separator: <c>\cmd.exe</c>. One look for all of them, by what follows the text's last separator.</summary>
internal sealed class LastSegments
{
    private readonly IndexedLiteral[] _literals;
    private readonly LiteralTable _table;

    public LastSegments(IReadOnlyList<IndexedLiteral> literals)
    {
        _literals = [.. literals];
        _table = new LiteralTable([.. literals.Select(literal => literal.Text[LastSeparator(literal.Text)..])]);
    }

    /// <summary>Whether a literal can be found in this way.</summary>
    public static bool Takes(ReadOnlySpan<byte> literal) => LastSeparator(literal) >= 0;

    /// <summary>Adds the rules of the literals that a text ends with.</summary>
    public void Search(ReadOnlySpan<byte> text, CandidateSet candidates)
    {
        var from = LastSeparator(text);
        if (from < 0)
        {
            return;
        }

        var hash = FoldedHash.Of(text[from..]);
        for (var at = _table.First(hash); at >= 0; at = _table.Next(at, hash))
        {
            if (_literals[at].IsIn(text))
            {
                candidates.Add(_literals[at].Rules);
            }
        }
    }

    private static int LastSeparator(ReadOnlySpan<byte> text) => text.LastIndexOfAny((byte)'\\', (byte)'/');
}
