using System.IO.Hashing;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>The nodes of a <see cref="VendorTree"/>, by number. Children keep the order in which they came, and are found through one hash table for all nodes.</summary>
internal sealed class VendorNodes
{
    /// <summary>Producers choose names: where a name lies in the table must not be theirs to choose.</summary>
    private static readonly long Seed = Random.Shared.NextInt64();

    private readonly Utf8Writer _names = new();
    private Node[] _nodes = new Node[64];
    private int[] _places = new int[256];
    private int _count;

    /// <summary>A node.</summary>
    public ref readonly Node this[int node] => ref _nodes[node];

    /// <summary>Forgets all nodes; returns the root of a tree.</summary>
    public int Begin()
    {
        for (var node = 1; node < _count; node++)
        {
            _places[_nodes[node].Hash & (_places.Length - 1)] = 0;
        }

        _names.Reset();

        // Number 0 stands for no node.
        _count = 1;
        return AddRoot();
    }

    /// <summary>The root of another tree.</summary>
    public int AddRoot() => Add(new Node());

    /// <summary>The node that a member's name leads to, each of its steps between dots a level; and the number of steps.</summary>
    /// <param name="parent">Where it starts.</param>
    /// <param name="buffer">Buffer that the name is in.</param>
    /// <param name="start">Its first byte.</param>
    /// <param name="length">Its length.</param>
    /// <param name="isEscaped">It is written with escapes.</param>
    public (int Node, int Steps) Descend(int parent, ReadOnlySpan<byte> buffer, int start, int length, bool isEscaped)
    {
        var name = buffer.Slice(start, length);
        if (isEscaped)
        {
            start = ~_names.Position;
            var room = _names.Free(length);
            _ = JsonText.TryUnescape(name, room, out length);
            _names.Advance(length);
            name = room[..length];
        }

        if (!name.Contains((byte)'.'))
        {
            return (Child(parent, buffer, name, start), 1);
        }

        var (node, steps) = (parent, 0);
        for (var from = 0; from <= name.Length;)
        {
            var step = name[from..];
            step = step.IndexOf((byte)'.') is var dot and >= 0 ? step[..dot] : step;
            if (!step.IsEmpty)
            {
                node = Child(node, buffer, step, start < 0 ? ~(~start + from) : start + from);
                steps++;
            }

            from += step.Length + 1;
        }

        return steps > 0 ? (node, steps) : (Own(parent, buffer, "_"u8), 1);
    }

    /// <summary>Gives a leaf its value; the last one stays.</summary>
    public void SetValue(int node, Slot value, int depth)
    {
        _nodes[node].Value = value;
        _nodes[node].Depth = depth;
    }

    /// <summary>Moves the value of a node that has members as well to its member <c>value</c>, unless it has one.</summary>
    public void AddValueMember(int node, ReadOnlySpan<byte> buffer)
    {
        var before = _count;
        var member = Own(node, buffer, "value"u8);
        if (_count > before)
        {
            SetValue(member, _nodes[node].Value, _nodes[node].Depth + 1);
        }
    }

    /// <summary>A node's name, without escapes.</summary>
    public ReadOnlySpan<byte> Name(int node, ReadOnlySpan<byte> buffer)
    {
        var (start, length) = (_nodes[node].NameStart, _nodes[node].NameLength);
        return start < 0 ? _names.Slice(~start, length) : buffer.Slice(start, length);
    }

    /// <summary>The child of a name that no event has.</summary>
    private int Own(int parent, ReadOnlySpan<byte> buffer, ReadOnlySpan<byte> name)
    {
        var start = ~_names.Position;
        _names.Append(name);
        return Child(parent, buffer, name, start);
    }

    private int Child(int parent, ReadOnlySpan<byte> buffer, ReadOnlySpan<byte> name, int nameStart)
    {
        var hash = (uint)XxHash3.HashToUInt64(name, Seed + parent);
        for (var known = _places[hash & (_places.Length - 1)]; known != 0; known = _nodes[known].NextInPlace)
        {
            if (_nodes[known].Hash == hash && _nodes[known].Parent == parent && Name(known, buffer).SequenceEqual(name))
            {
                return known;
            }
        }

        var child = Add(new Node { Parent = parent, Hash = hash, NameStart = nameStart, NameLength = name.Length });
        ref var place = ref _places[hash & (_places.Length - 1)];
        _nodes[child].NextInPlace = place;
        place = child;
        ref var mother = ref _nodes[parent];
        if (mother.FirstChild == 0)
        {
            mother.FirstChild = child;
        }
        else
        {
            _nodes[mother.LastChild].Next = child;
        }

        mother.LastChild = child;
        return child;
    }

    private int Add(in Node node)
    {
        if (_count == _nodes.Length)
        {
            Array.Resize(ref _nodes, _count * 2);
            Spread();
        }

        _nodes[_count] = node;
        return _count++;
    }

    /// <summary>Makes the table larger with the nodes.</summary>
    private void Spread()
    {
        _places = new int[_nodes.Length * 4];
        for (var node = 1; node < _count; node++)
        {
            if (_nodes[node].Parent != 0)
            {
                ref var place = ref _places[_nodes[node].Hash & (_places.Length - 1)];
                _nodes[node].NextInPlace = place;
                place = node;
            }
        }
    }

    /// <summary>A place in the tree; 0 where there is no other node.</summary>
    internal struct Node
    {
        /// <summary>Name in the event's buffer; negative: the complement of its place among names that were made.</summary>
        public int NameStart;

        /// <summary>Its length.</summary>
        public int NameLength;

        /// <summary>The node that it is a child of; 0 for a root.</summary>
        public int Parent;

        public int FirstChild;

        public int LastChild;

        /// <summary>Next child of the same parent.</summary>
        public int Next;

        /// <summary>Next node of the same place in the table.</summary>
        public int NextInPlace;

        public uint Hash;

        /// <summary>The value, if it is a leaf.</summary>
        public Slot Value;

        /// <summary>Depth of the value.</summary>
        public int Depth;
    }
}
