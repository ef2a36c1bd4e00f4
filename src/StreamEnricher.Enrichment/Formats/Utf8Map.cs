using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Short texts to constants, compared without regard to ASCII case. Built once, read by many.</summary>
internal sealed class Utf8Map
{
    private (byte[] Key, Constant Value)[][] _byLength = [];

    /// <summary>Adds an entry; the first of equal keys wins.</summary>
    public void Add(string key, Constant value)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(key);
        if (bytes.Length >= _byLength.Length)
        {
            _byLength = [.. _byLength, .. Enumerable.Repeat<(byte[], Constant)[]>([], bytes.Length + 1 - _byLength.Length)];
        }

        _byLength[bytes.Length] = [.. _byLength[bytes.Length], (bytes, value)];
    }

    /// <summary>Finds the constant of a text.</summary>
    public bool TryGet(ReadOnlySpan<byte> text, out Constant value)
    {
        if (text.Length < _byLength.Length)
        {
            foreach (var (key, constant) in _byLength[text.Length])
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
