using System.Runtime.InteropServices;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>A producer's array of indicators, read once for all who want to know of it: the collector, attribution, and the writers. Reused for every event.</summary>
internal sealed class RelatedIndicatorList
{
    private RelatedIndicator[] _elements = new RelatedIndicator[16];
    private Slot[] _tags = new Slot[32];
    private byte[] _name = new byte[64];
    private int _elementCount;
    private int _tagCount;

    /// <summary>A member that means something.</summary>
    private enum Member
    {
        Other,
        Id,
        Type,
        Value,
        Tags,
    }

    /// <summary>The elements that are objects, in their order.</summary>
    public ReadOnlySpan<RelatedIndicator> Elements => _elements.AsSpan(0, _elementCount);

    /// <summary>The texts under <c>tags</c> of all elements, in their order: one string, or those of an array or object.</summary>
    public ReadOnlySpan<Slot> Tags => _tags.AsSpan(0, _tagCount);

    /// <summary>Reads the array; anything else counts as an empty one.</summary>
    /// <param name="buffer">Buffer of a scanned event, with its padding.</param>
    /// <param name="array">The array in it.</param>
    public void Read(ReadOnlySpan<byte> buffer, Slot array)
    {
        _elementCount = _tagCount = 0;
        if (array.Kind != TokenKind.Array)
        {
            return;
        }

        var tokens = new TokenReader(ref MemoryMarshal.GetReference(buffer), array.Start + array.Length);
        for (var at = array.Start; tokens[at] != (byte)']';)
        {
            at = tokens.SkipSpace(at + 1);
            if (tokens[at] == (byte)'{')
            {
                at = tokens.SkipSpace(ReadElement(ref tokens, buffer, at));
            }
            else if (tokens[at] != (byte)']')
            {
                at = tokens.SkipSpace(tokens.SkipValue(at, 0, out _));
            }
        }
    }

    private int ReadElement(ref TokenReader tokens, ReadOnlySpan<byte> buffer, int start)
    {
        Slot type = default, value = default;
        var (hasId, isClean) = (false, true);
        var at = start;
        while (tokens[at] != (byte)'}')
        {
            at = tokens.SkipSpace(at + 1);
            if (tokens[at] == (byte)'}')
            {
                break;
            }

            var nameStart = at + 1;
            at = tokens.SkipString(nameStart, out var nameKind);
            var member = MemberOf(buffer[nameStart..(at - 1)], nameKind);
            at = tokens.SkipSpace(tokens.SkipColon(at));
            var valueStart = at;
            at = tokens.SkipValue(at, 0, out var kind);
            var found = new Slot(valueStart, at - valueStart, kind);
            isClean &= kind != TokenKind.Null;
            var isText = found.IsString && !IsBlank(found.Content(buffer));
            switch (member)
            {
                case Member.Type when isText:
                    type = found;
                    break;
                case Member.Value when isText:
                    value = found;
                    break;
                case Member.Id:
                    hasId |= isText;
                    isClean &= isText;
                    break;
                case Member.Tags:
                    isClean &= ReadTags(ref tokens, found);
                    break;
                default:
                    break;
            }

            at = tokens.SkipSpace(at);
        }

        if (_elementCount == _elements.Length)
        {
            Array.Resize(ref _elements, _elementCount * 2);
        }

        _elements[_elementCount++] = new RelatedIndicator(new Slot(start, at + 1 - start, TokenKind.Object), type, value, isClean && hasId);
        return at + 1;
    }

    /// <summary>Notes the texts under tags; false unless they are an array of texts, or null.</summary>
    private bool ReadTags(ref TokenReader tokens, Slot tags)
    {
        if (tags.Kind is not (TokenKind.Array or TokenKind.Object))
        {
            if (tags.IsString)
            {
                AddTag(tags);
            }

            return tags.Kind == TokenKind.Null;
        }

        var areTexts = true;
        var end = tags.Start + tags.Length - 1;
        for (var at = tokens.SkipSpace(tags.Start + 1); at < end; at = tokens[at] == (byte)',' ? tokens.SkipSpace(at + 1) : at)
        {
            if (tags.Kind == TokenKind.Object)
            {
                at = tokens.SkipSpace(tokens.SkipColon(tokens.SkipString(at + 1, out _)));
            }

            var start = at;
            at = tokens.SkipValue(at, 0, out var kind);
            if (kind is TokenKind.String or TokenKind.EscapedString)
            {
                AddTag(new Slot(start, at - start, kind));
            }
            else
            {
                areTexts = false;
            }

            at = tokens.SkipSpace(at);
        }

        return areTexts && tags.Kind == TokenKind.Array;
    }

    private void AddTag(Slot tag)
    {
        if (_tagCount == _tags.Length)
        {
            Array.Resize(ref _tags, _tagCount * 2);
        }

        _tags[_tagCount++] = tag;
    }

    private Member MemberOf(ReadOnlySpan<byte> name, TokenKind kind)
    {
        if (kind == TokenKind.EscapedString)
        {
            if (_name.Length < name.Length)
            {
                _name = new byte[name.Length * 2];
            }

            _ = JsonText.TryUnescape(name, _name, out var written);
            name = _name.AsSpan(0, written);
        }

        return name.Length switch
        {
            2 when name.SequenceEqual("id"u8) => Member.Id,
            4 when name.SequenceEqual("type"u8) => Member.Type,
            4 when name.SequenceEqual("tags"u8) => Member.Tags,
            5 when name.SequenceEqual("value"u8) => Member.Value,
            _ => Member.Other,
        };
    }

    private static bool IsBlank(ReadOnlySpan<byte> text) => text.IsEmpty || (text[0] is (byte)' ' or (byte)'\t' && text.Trim(" \t"u8).IsEmpty);
}
