using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Short texts to constants, compared without regard to ASCII case. Built once, read by many.</summary>
internal sealed class Utf8Map
{
    private readonly Dictionary<int, List<(byte[] Key, Constant Value)>> _byLength = [];

    /// <summary>Adds an entry; the first of equal keys wins.</summary>
    public void Add(string key, Constant value)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(key);
        if (!_byLength.TryGetValue(bytes.Length, out var bucket))
        {
            _byLength[bytes.Length] = bucket = [];
        }

        bucket.Add((bytes, value));
    }

    /// <summary>Finds the constant of a text.</summary>
    public bool TryGet(ReadOnlySpan<byte> text, out Constant value)
    {
        if (_byLength.TryGetValue(text.Length, out var bucket))
        {
            foreach (var (key, constant) in bucket)
            {
                if (JsonText.EqualsIgnoreAsciiCase(text, key))
                {
                    value = constant;
                    return true;
                }
            }
        }

        value = default;
        return false;
    }
}
