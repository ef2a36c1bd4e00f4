using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>
/// What one worker remembers of a plan's events: which two members followed each one last. Producers write their members in the same order time after time, so that
/// one compare with the name expected next mostly stands for reading and looking up the name; the second guess is for kinds of events that take turns. Never shared
/// between workers.
/// </summary>
/// <remarks>
/// One array holds the start of each level, then the plan's entries, then a direct-mapped cache of unknown names, then one place for names that cannot be compared
/// (written with escapes). An unknown name that is pushed out of the cache leaves links to its place behind; they can only fail to match,
/// because a place is compared with its level and its whole name.
/// </remarks>
internal sealed class NameMemory
{
    private const int UnknownBits = 8;

    private readonly int _firstEntry;
    private readonly int _firstUnknown;

    public NameMemory(ScanPlan plan)
    {
        Plan = plan;
        _firstEntry = plan.Levels.Length;
        _firstUnknown = _firstEntry + plan.Entries.Length;
        Names = new ExpectedName[_firstUnknown + (1 << UnknownBits) + 1];
        Names.AsSpan().Fill(ExpectedName.Nothing);
        foreach (var entry in plan.Entries)
        {
            Names[IndexOf(entry)].Set(entry.NameToken, entry.Level, entry.IsDotted);
            Names[IndexOf(entry)].Slot = entry.Slot;
            Names[IndexOf(entry)].Child = entry.Child;
            Names[IndexOf(entry)].Entry = entry.Index;
            Names[IndexOf(entry)].Descends = plan.Entries.Any(inner => inner.Level == entry.Child && inner.Slot >= 0 && inner.Slot == entry.Slot);
        }
    }

    /// <summary>The plan.</summary>
    public ScanPlan Plan { get; }

    /// <summary>All names; those below the number of levels stand for the start of each level's object.</summary>
    public ExpectedName[] Names { get; }

    /// <summary>Place of unknown names that are written with escapes.</summary>
    public int Escaped => Names.Length - 1;

    /// <summary>Place of a known name.</summary>
    public int IndexOf(ScanEntry entry) => _firstEntry + entry.Index;

    /// <summary>Place of an unknown name, which is put there unless it is there already.</summary>
    /// <param name="token">The name as written, with quotes; in the event, so that 32 bytes from its start are readable.</param>
    /// <param name="key">The name's key.</param>
    /// <param name="level">Level that it was seen at.</param>
    public int IndexOfUnknown(ReadOnlySpan<byte> token, in NameKey key, int level)
    {
        var hash = key.Hash(0x9E3779B97F4A7C15UL + ((ulong)(uint)level << 1));
        var index = _firstUnknown + (int)(hash >> (64 - UnknownBits));
        if (!Names[index].StandsAt(ref MemoryMarshal.GetReference(token), level))
        {
            Names[index].Set(token, level, token.Contains((byte)'.'));
        }

        return index;
    }

    /// <summary>A name, what it leads to, and which name followed it last.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ExpectedName
    {
        private Vector256<byte> _text;
        private uint _significant;
        private int _level;

        /// <summary>Place of the name that followed last. The start of level 0, which stands for no name yet, equals nothing.</summary>
        public int Next;

        /// <summary>Place of the other name that followed.</summary>
        public int Second;

        /// <summary>Slot of the member, or -1.</summary>
        public int Slot;

        /// <summary>Level of the member's object, or -1.</summary>
        public int Child;

        /// <summary>The plan's entry; meaningless for an unknown name.</summary>
        public ushort Entry;

        /// <summary>Bytes of the name with its quotes and the colon.</summary>
        public byte Length;

        /// <summary>The name holds a dot.</summary>
        public bool IsDotted;

        /// <summary>The slot's value is within the object, when the member is one: <c>{"EventID":{"#text":1}}</c>.</summary>
        public bool Descends;

        /// <summary>A name that nothing equals.</summary>
        public static ExpectedName Nothing => new() { _level = -1, Slot = -1, Child = -1 };

        /// <summary>Whether this name and a colon stand here.</summary>
        /// <param name="text">32 readable bytes.</param>
        /// <param name="level">Level of the object.</param>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly bool StandsAt(ref byte text, int level) =>
            (~Vector256.Equals(Vector256.LoadUnsafe(ref text), _text).ExtractMostSignificantBits() & _significant) == 0 && _level == level;

        /// <summary>Takes a name on; one that is too long for a vector with its colon never matches.</summary>
        public void Set(ReadOnlySpan<byte> token, int level, bool isDotted)
        {
            IsDotted = isDotted;
            var length = token.Length + 1;
            if (length > Vector256<byte>.Count)
            {
                _level = -1;
                return;
            }

            Span<byte> padded = stackalloc byte[Vector256<byte>.Count];
            padded.Clear();
            token.CopyTo(padded);
            padded[length - 1] = (byte)':';
            _text = Vector256.Create<byte>(padded);
            _significant = uint.MaxValue >> (Vector256<byte>.Count - length);
            _level = level;
            Length = (byte)length;
        }
    }
}
