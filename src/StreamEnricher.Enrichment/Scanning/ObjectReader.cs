using System.Runtime.CompilerServices;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>Reads the objects that a plan knows: fills slots, descends into known members, and collects what no slot takes.</summary>
internal ref struct ObjectReader
{
    private readonly ScanState _state;
    private readonly NameMemory _memory;
    private TokenReader _tokens;

    /// <param name="tokens">The text.</param>
    /// <param name="state">Receives slots and segments.</param>
    /// <param name="memory">The worker's memory of the plan.</param>
    public ObjectReader(TokenReader tokens, ScanState state, NameMemory memory)
    {
        _tokens = tokens;
        _state = state;
        _memory = memory;
    }

    /// <summary>The text, with what was noticed in it.</summary>
    public readonly TokenReader Tokens => _tokens;

    /// <summary>Reads an object; returns the index behind it, or a negative number on an error.</summary>
    /// <param name="at">Index of its brace.</param>
    /// <param name="level">Its level in the plan.</param>
    /// <param name="depth">Its depth; the event itself has 1.</param>
    /// <param name="collects">Members that no slot takes are wanted; false within an object that a slot takes whole.</param>
    public int Read(int at, int level, int depth, bool collects)
    {
        at = _tokens.Enter(at, depth);
        if (at < 0 || _tokens[at] == (byte)'}')
        {
            return at < 0 ? at : at + 1;
        }

        var names = _memory.Names;
        var slots = _state.Slots;
        ref var previous = ref names[level];
        var runStart = -1;
        var runEnd = 0;
        while (true)
        {
            var nameStart = at;
            ref var name = ref names[previous.Next];
            if (name.StandsAt(ref _tokens.At(at), level))
            {
                at += name.Length;
            }
            else
            {
                at = ReadName(at, level, ref previous);
                if (at < 0)
                {
                    return at;
                }

                name = ref names[previous.Next];
            }

            previous = ref name;
            at = _tokens.SkipSpace(at);
            var isObject = name.Child >= 0 && _tokens[at] == (byte)'{';
            var takes = name.Slot >= 0 && !(isObject && name.Descends);
            if (takes && !slots[name.Slot].IsPresent)
            {
                Flush(collects, level, ref runStart, runEnd);
                var valueStart = at;
                var kind = TokenKind.Object;
                at = isObject ? Read(at, name.Child, depth + 1, collects: false) : _tokens.SkipValue(at, depth, out kind);
                if (at < 0)
                {
                    return at;
                }

                slots[name.Slot] = new Slot(valueStart, at - valueStart, kind);
                _state.Origins[name.Slot] = name.Entry;
                Bits.Set(_state.Present, name.Slot);
            }
            else if (!takes && isObject)
            {
                _state.HasPassedOver |= name.Slot >= 0;
                Flush(collects, level, ref runStart, runEnd);
                at = ReadKnown(at, nameStart, in name, depth + 1, collects);
                if (at < 0)
                {
                    return at;
                }
            }
            else
            {
                _tokens.HasDottedName |= name.IsDotted;
                _state.HasPassedOver |= takes;
                at = _tokens.SkipValue(at, depth, out _);
                if (at < 0)
                {
                    return at;
                }

                runStart = runStart < 0 ? nameStart : runStart;
                runEnd = at;
            }

            at = _tokens.SkipSpace(at);
            if (_tokens[at] == (byte)',')
            {
                at = _tokens.SkipSpace(at + 1);
                continue;
            }

            if (_tokens[at] != (byte)'}')
            {
                return _tokens.Fail(at);
            }

            Flush(collects, level, ref runStart, runEnd);
            return at + 1;
        }
    }

    private int ReadKnown(int at, int nameStart, in NameMemory.ExpectedName name, int depth, bool collects)
    {
        if (!collects)
        {
            return Read(at, name.Child, depth, collects);
        }

        _tokens.HasDottedName |= name.IsDotted;
        var child = name.Child;
        var nameEnd = _tokens.SkipString(nameStart + 1, out _);
        _state.Add(new UnmappedSegment(SegmentKind.Open, child, nameStart, nameEnd - nameStart));
        at = Read(at, child, depth, collects);
        _state.Add(new UnmappedSegment(SegmentKind.Close, child, at, 0));
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Flush(bool collects, int level, ref int runStart, int runEnd)
    {
        if (runStart >= 0)
        {
            if (collects)
            {
                _state.Add(new UnmappedSegment(SegmentKind.Run, level, runStart, runEnd - runStart));
            }

            runStart = -1;
        }
    }

    /// <summary>Reads a name that is not the first guess, and makes it that; returns the index behind its colon.</summary>
    /// <param name="at">Index of the name's quote.</param>
    /// <param name="level">Level of the object.</param>
    /// <param name="previous">The name before.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ReadName(int at, int level, ref NameMemory.ExpectedName previous)
    {
        (previous.Next, previous.Second) = (previous.Second, previous.Next);
        ref var second = ref _memory.Names[previous.Next];
        if (second.StandsAt(ref _tokens.At(at), level))
        {
            return at + second.Length;
        }

        if (_tokens[at] != (byte)'"')
        {
            return _tokens.Fail(at);
        }

        var start = at + 1;
        at = _tokens.SkipString(start, out var kind);
        if (at < 0)
        {
            return at;
        }

        var length = at - 1 - start;
        var table = _memory.Plan.Levels[level];
        ref var name = ref _tokens.At(start);
        if (kind == TokenKind.EscapedString)
        {
            _tokens.HasEscapedName = true;
            var room = _state.NameRoom(length);
            JsonText.TryUnescape(_tokens.Slice(start, length), room, out var written);
            var entry = table.Find(ref room[0], NameKey.Of(ref room[0], written));
            _tokens.HasDottedName |= entry is null && room[..written].Contains((byte)'.');
            previous.Next = entry is null ? _memory.Escaped : _memory.IndexOf(entry);
        }
        else
        {
            var key = NameKey.Of(ref name, length);
            var entry = table.Find(ref name, key);
            previous.Next = entry is null ? _memory.IndexOfUnknown(_tokens.Slice(start - 1, length + 2), key, level) : _memory.IndexOf(entry);
        }

        return _tokens.SkipColon(at);
    }
}
