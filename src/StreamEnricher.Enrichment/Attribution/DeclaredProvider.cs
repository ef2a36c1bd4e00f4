using System.Buffers.Binary;
using BitFaster.Caching.Lru;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Evidence from technique ids that the producer states. Revoked ids become their successors; ids that the catalogue lacks are counted and give none.</summary>
internal sealed class DeclaredProvider(AttackCatalogue catalogue) : AttributionProvider
{
    /// <summary>Confidence of a declared technique when the event states none, in hundredths.</summary>
    internal const int DefaultConfidence = 90;

    /// <summary>Findings kept for reuse, over all formats.</summary>
    private const int CacheEntries = 8192;

    private readonly ConcurrentLru<UInt128, Finding> _findings = new(CacheEntries);
    private readonly Dictionary<string, int> _fields = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public override string Name => "declared";

    /// <inheritdoc />
    public override BoundProvider? Bind(AttributionSpec spec)
    {
        if (spec.Declared.Count == 0)
        {
            return null;
        }

        lock (_fields)
        {
            var numbers = new int[spec.Declared.Count];
            for (var index = 0; index < numbers.Length; index++)
            {
                var path = spec.Declared[index].Path;
                if (!_fields.TryGetValue(path, out numbers[index]))
                {
                    _fields.Add(path, numbers[index] = _fields.Count);
                }
            }

            return new Bound(this, spec.Declared, numbers);
        }
    }

    private Finding Look(
        AttributionField field, int fieldNumber, int confidence, ReadOnlySpan<byte> canonical, ReadOnlySpan<byte> written, WorkerCache<Finding> near)
    {
        // An id has at most nine bytes, so the key holds all of it: id as written, field and confidence.
        Span<byte> packed = stackalloc byte[16];
        packed.Clear();
        written.CopyTo(packed);
        packed[TechniqueIds.MaxLength] = (byte)confidence;
        BinaryPrimitives.WriteInt32LittleEndian(packed[12..], fieldNumber);
        var key = BinaryPrimitives.ReadUInt128LittleEndian(packed);
        if (near.Find(key) is { } known)
        {
            return known;
        }

        if (!_findings.TryGet(key, out var finding))
        {
            finding = catalogue.Resolve(canonical) is { } technique
                ? new Finding(new Evidence(Name, [technique], confidence / 100.0, null, field.Path, System.Text.Encoding.ASCII.GetString(written)))
                : Finding.Nothing;
            _findings.AddOrUpdate(key, finding);
        }

        near.Keep(key, finding);
        return finding;
    }

    private sealed class Bound(DeclaredProvider provider, IReadOnlyList<AttributionField> fields, int[] numbers) : BoundProvider
    {
        public override TextsRead Reads { get; } = new([.. fields.Select(static one => one.Slot)]) { WithConfidence = [.. fields.Select(static one => one.Slot)] };

        public override void Collect(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, in AttributionContext context, AttributionScratch scratch)
        {
            Span<byte> canonical = stackalloc byte[TechniqueIds.MaxLength];
            var confidence = scratch.Confidence < 0 ? DefaultConfidence : (scratch.Confidence + 50) / 100;
            for (var index = 0; index < numbers.Length; index++)
            {
                // OCSF and Elastic state techniques as objects: ids, names and addresses of one technique, found by its id in any of them.
                var texts = new TextElements(buffer, slots[fields[index].Slot], scratch, objects: true);
                while (texts.MoveNext())
                {
                    var rest = texts.Current;
                    while (TechniqueIds.TryFind(rest, canonical, out var length, out var written))
                    {
                        var finding = provider.Look(fields[index], numbers[index], confidence, canonical[..length], rest[written], scratch.Declared);
                        if (finding.IsEmpty)
                        {
                            scratch.Counts.DeclaredUnknown++;
                        }
                        else
                        {
                            scratch.Counts.Declared++;
                            scratch.Add(finding);
                        }

                        rest = rest[written.End..];
                    }
                }
            }
        }
    }
}
