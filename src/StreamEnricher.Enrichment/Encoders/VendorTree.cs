using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>
/// The way of <see cref="VendorWriter"/> for events whose members must be rearranged: names with dots become nested objects (an object and a scalar
/// at one place: the scalar goes to its member <c>value</c>), a name that comes twice keeps its last value, and what lies deeper than an index takes
/// becomes its JSON text, and a text longer than that becomes an array of its parts. One worker's; reused for every event.
/// </summary>
internal sealed class VendorTree
{
    /// <summary>
    /// Levels of an event that fit under a vendor namespace: Elasticsearch and OpenSearch index at most 20 levels (index.mapping.depth.limit), of which a
    /// namespace takes up to three.
    /// </summary>
    public const int DepthLimit = 16;

    private readonly VendorNodes _nodes = new();
    private readonly Utf8Writer _escaped = new();
    private int[] _consumed = new int[16];
    private int _consumedCount;
    private int _nextConsumed;

    /// <summary>Appends the members to an object that is open.</summary>
    public void Write(in NormalizedEvent normalized, Utf8Writer writer)
    {
        NoteConsumed(normalized);
        var tokens = new TokenReader(ref MemoryMarshal.GetReference(normalized.Buffer), normalized.EventStart + normalized.EventLength);
        var root = _nodes.Begin();
        AddMembers(root, ref tokens, normalized.Buffer, normalized.EventStart, 1);

        // Objects within arrays are looked into while they are written; nothing of them was consumed.
        _nextConsumed = _consumedCount;
        WriteMembers(root, ref tokens, normalized.Buffer, writer);
    }

    /// <summary>Notes in their order where the values lie that have a home elsewhere: only these are left out, not others of the same name.</summary>
    private void NoteConsumed(in NormalizedEvent normalized)
    {
        var present = normalized.Scratch.Scan.Present;
        _consumedCount = _nextConsumed = 0;
        for (var word = 0; word < present.Length; word++)
        {
            for (var slots = present[word] & normalized.Scratch.Consumed[word]; slots != 0;)
            {
                if (_consumedCount == _consumed.Length)
                {
                    Array.Resize(ref _consumed, _consumedCount * 2);
                }

                _consumed[_consumedCount++] = normalized.Slots[Bits.Take(ref slots, word)].Start;
            }
        }

        _consumed.AsSpan(0, _consumedCount).Sort();
    }

    private bool IsConsumed(int valueStart)
    {
        while (_nextConsumed < _consumedCount && _consumed[_nextConsumed] < valueStart)
        {
            _nextConsumed++;
        }

        return _nextConsumed < _consumedCount && _consumed[_nextConsumed] == valueStart;
    }

    /// <summary>Adds the members of an object to a node; returns the index behind the object.</summary>
    /// <param name="parent">The node.</param>
    /// <param name="tokens">The event.</param>
    /// <param name="buffer">The buffer that it is in.</param>
    /// <param name="at">Index of the object's brace.</param>
    /// <param name="depth">Depth of the node.</param>
    private int AddMembers(int parent, ref TokenReader tokens, ReadOnlySpan<byte> buffer, int at, int depth)
    {
        at = tokens.SkipSpace(at + 1);
        while (tokens[at] != (byte)'}')
        {
            var nameStart = at + 1;
            at = tokens.SkipString(nameStart, out var nameKind);
            var nameLength = at - 1 - nameStart;
            at = tokens.SkipSpace(tokens.SkipColon(at));
            if (tokens[at] == (byte)'n' || IsConsumed(at))
            {
                at = tokens.SkipValue(at, 0, out _);
            }
            else
            {
                var (node, steps) = _nodes.Descend(parent, buffer, nameStart, nameLength, nameKind == TokenKind.EscapedString);
                if (tokens[at] == (byte)'{' && depth + steps <= DepthLimit)
                {
                    at = AddMembers(node, ref tokens, buffer, at, depth + steps);
                }
                else
                {
                    var start = at;
                    at = tokens.SkipValue(at, 0, out var kind);
                    _nodes.SetValue(node, new Slot(start, at - start, kind), depth + steps);
                }
            }

            at = tokens.SkipSpace(at);
            at = tokens[at] == (byte)',' ? tokens.SkipSpace(at + 1) : at;
        }

        return at + 1;
    }

    private void WriteMembers(int node, ref TokenReader tokens, ReadOnlySpan<byte> buffer, Utf8Writer writer)
    {
        for (var child = _nodes[node].FirstChild; child != 0; child = _nodes[child].Next)
        {
            var start = writer.Position;
            writer.Comma();
            writer.AppendString(_nodes.Name(child, buffer));
            writer.Append((byte)':');
            var (value, depth) = (_nodes[child].Value, _nodes[child].Depth);
            if (_nodes[child].FirstChild != 0)
            {
                if (value.IsPresent)
                {
                    _nodes.AddValueMember(child, buffer);
                }

                writer.Append((byte)'{');
                WriteMembers(child, ref tokens, buffer, writer);
                writer.CloseOrTakeBack(start, (byte)'}');
            }
            else if (value.IsPresent)
            {
                WriteValue(value, depth, ref tokens, buffer, writer);
            }
            else
            {
                writer.RollBack(start);
            }
        }
    }

    private void WriteValue(Slot value, int depth, ref TokenReader tokens, ReadOnlySpan<byte> buffer, Utf8Writer writer)
    {
        switch (value.Kind)
        {
            case TokenKind.Object or TokenKind.Array when depth > DepthLimit:
                LongText.Write(Escape(value.Token(buffer)), writer);
                break;
            case TokenKind.String or TokenKind.EscapedString:
                LongText.Write(value.Content(buffer), writer);
                break;
            case TokenKind.Object:
                var node = _nodes.AddRoot();
                AddMembers(node, ref tokens, buffer, value.Start, depth);
                writer.Append((byte)'{');
                WriteMembers(node, ref tokens, buffer, writer);
                writer.Append((byte)'}');
                break;
            case TokenKind.Array:
                WriteElements(value, depth + 1, ref tokens, buffer, writer);
                break;
            default:
                writer.Append(value.Token(buffer));
                break;
        }
    }

    private void WriteElements(Slot array, int depth, ref TokenReader tokens, ReadOnlySpan<byte> buffer, Utf8Writer writer)
    {
        writer.Append((byte)'[');
        var at = tokens.SkipSpace(array.Start + 1);
        while (tokens[at] != (byte)']')
        {
            var start = at;
            at = tokens.SkipValue(at, 0, out var kind);
            writer.Comma();
            WriteValue(new Slot(start, at - start, kind), depth, ref tokens, buffer, writer);
            at = tokens.SkipSpace(at);
            at = tokens[at] == (byte)',' ? tokens.SkipSpace(at + 1) : at;
        }

        writer.Append((byte)']');
    }

    /// <summary>JSON as the content of a string.</summary>
    private ReadOnlySpan<byte> Escape(ReadOnlySpan<byte> json)
    {
        _escaped.Reset();
        var room = _escaped.Free(json.Length * JsonText.MaxEscapedLength);
        return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(json, room, out _, out var written) == OperationStatus.Done
            ? room[..written]
            : throw new InvalidOperationException("the scanned event is not UTF-8");
    }
}
