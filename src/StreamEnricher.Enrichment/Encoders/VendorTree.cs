using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>
/// The way of <see cref="VendorWriter"/> for events whose members must be rearranged: names with dots become nested objects (an object and a scalar
/// at one place: the scalar goes to its member <c>value</c>), a name that comes twice keeps its last value, and what lies deeper than an index takes
/// becomes its JSON text, and a text longer than that becomes an array of its parts.
/// </summary>
internal static class VendorTree
{
    /// <summary>
    /// Levels of an event that fit under a vendor namespace: Elasticsearch and OpenSearch index at most 20 levels (index.mapping.depth.limit), of which a
    /// namespace takes up to three.
    /// </summary>
    public const int DepthLimit = 16;

    /// <summary>Appends the members to an object that is open.</summary>
    public static void Write(in NormalizedEvent normalized, Utf8Writer writer)
    {
        using var document = JsonDocument.Parse(normalized.Event.ToArray());
        var root = new Node();
        var consumed = ConsumedPaths(normalized);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            Add(root, member, member.Name, consumed, 1);
        }

        WriteMembers(root, writer);
    }

    private static HashSet<string> ConsumedPaths(in NormalizedEvent normalized)
    {
        var scan = normalized.Scratch.Scan;
        var entries = normalized.Plan.Scan.Entries;
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < normalized.Plan.Scan.SlotCount; i++)
        {
            if (normalized.Slots[i].IsPresent && Bits.Has(normalized.Scratch.Consumed, i))
            {
                paths.Add(string.Join('\u0001', entries[scan.Origins[i]].Path));
            }
        }

        return paths;
    }

    private static void Add(Node parent, JsonProperty member, string path, HashSet<string> consumed, int depth)
    {
        // Only the first member of a name was consumed; another one of the same name stays.
        if (consumed.Remove(path) || member.Value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        var node = parent;
        foreach (var step in member.Name.Split('.', StringSplitOptions.RemoveEmptyEntries).DefaultIfEmpty("_"))
        {
            node = node.Child(step);
            depth++;
        }

        if (member.Value.ValueKind == JsonValueKind.Object && depth <= DepthLimit)
        {
            foreach (var inner in member.Value.EnumerateObject())
            {
                Add(node, inner, $"{path}\u0001{inner.Name}", consumed, depth);
            }
        }
        else
        {
            node.Value = member.Value;
            node.Depth = depth;
        }
    }

    private static void WriteMembers(Node node, Utf8Writer writer)
    {
        foreach (var (name, child) in node.Children)
        {
            var start = writer.Position;
            writer.Comma();
            writer.AppendString(System.Text.Encoding.UTF8.GetBytes(name));
            writer.Append((byte)':');
            if (child.Children.Count == 0)
            {
                if (child.Value is not { } value)
                {
                    writer.RollBack(start);
                    continue;
                }

                WriteValue(value, child.Depth, writer);
                continue;
            }

            writer.Append((byte)'{');
            if (child.Value is { } scalar && child.Children.TryAdd("value", new Node { Value = scalar, Depth = child.Depth + 1 }))
            {
                child.Value = null;
            }

            WriteMembers(child, writer);
            writer.CloseOrTakeBack(start, (byte)'}');
        }
    }

    private static void WriteValue(JsonElement value, int depth, Utf8Writer writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object or JsonValueKind.Array when depth > DepthLimit:
                LongText.Write(JsonEncodedText.Encode(JsonMarshal.GetRawUtf8Value(value), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, writer);
                break;
            case JsonValueKind.String:
                LongText.Write(JsonMarshal.GetRawUtf8Value(value)[1..^1], writer);
                break;
            case JsonValueKind.Object:
                var node = new Node();
                foreach (var member in value.EnumerateObject())
                {
                    Add(node, member, member.Name, [], depth);
                }

                writer.Append((byte)'{');
                WriteMembers(node, writer);
                writer.Append((byte)'}');
                break;
            case JsonValueKind.Array:
                writer.Append((byte)'[');
                foreach (var element in value.EnumerateArray())
                {
                    writer.Comma();
                    WriteValue(element, depth + 1, writer);
                }

                writer.Append((byte)']');
                break;
            default:
                writer.Append(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        public JsonElement? Value { get; set; }

        public int Depth { get; set; }

        public Node Child(string name)
        {
            if (!Children.TryGetValue(name, out var child))
            {
                Children[name] = child = new Node();
            }

            return child;
        }
    }
}
