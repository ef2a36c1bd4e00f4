namespace StreamEnricher.Enrichment.Formats;

/// <summary>How a source value becomes the token of an ECS field.</summary>
internal enum Conversion
{
    /// <summary>Text; numbers and booleans become text.</summary>
    Keyword,

    /// <summary>A 64-bit integer, also from its text.</summary>
    Long,

    /// <summary>A number, also from its text.</summary>
    Float,

    /// <summary>true or false, also from its text.</summary>
    Boolean,

    /// <summary>One strictly written IP address.</summary>
    Ip,

    /// <summary>address, ip and domain of an endpoint: two more values follow the first.</summary>
    Endpoint,

    /// <summary>A date in any form that <see cref="Values.TimestampParser"/> knows, as RFC 3339 UTC.</summary>
    Timestamp,

    /// <summary>Text in lower case (ASCII).</summary>
    Lowercase,

    /// <summary>Text in upper case (ASCII).</summary>
    Uppercase,

    /// <summary>A MAC address as RFC 7042 writes it: 00-00-5E-00-53-23.</summary>
    Mac,

    /// <summary><c>MD5=…,SHA1=…,SHA256=…,SHA512=…,IMPHASH=…</c>: values for md5, sha1, sha256, sha512 and imphash.</summary>
    Hashes,

    /// <summary><c>DOMAIN\name</c>: values for name and domain.</summary>
    WindowsUser,

    /// <summary>What follows the last slash or backslash.</summary>
    Basename,

    /// <summary><c>0x1f4</c> or a decimal number as an integer.</summary>
    Hex,

    /// <summary>A number from 0 to 10, also with decimals, as an integer from 0 to 100.</summary>
    Score10,

    /// <summary>Texts of an array or of one scalar.</summary>
    List,

    /// <summary>Objects with one member <c>data</c> each (<c>dns.answers</c>), from an array of texts.</summary>
    DataObjects,
}

/// <summary>Names of conversions in format files, and which one an ECS type asks for.</summary>
internal static class Conversions
{
    private static readonly Dictionary<string, Conversion> ByName = new(StringComparer.Ordinal)
    {
        ["keyword"] = Conversion.Keyword,
        ["long"] = Conversion.Long,
        ["float"] = Conversion.Float,
        ["boolean"] = Conversion.Boolean,
        ["ip"] = Conversion.Ip,
        ["timestamp"] = Conversion.Timestamp,
        ["lowercase"] = Conversion.Lowercase,
        ["uppercase"] = Conversion.Uppercase,
        ["mac"] = Conversion.Mac,
        ["hashes"] = Conversion.Hashes,
        ["windows_user"] = Conversion.WindowsUser,
        ["basename"] = Conversion.Basename,
        ["hex"] = Conversion.Hex,
        ["score10"] = Conversion.Score10,
        ["list"] = Conversion.List,
        ["data_objects"] = Conversion.DataObjects,
    };

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>A conversion by its name, else null.</summary>
    public static Conversion? Find(string name) => ByName.TryGetValue(name, out var found) ? found : null;

    /// <summary>The conversion that an ECS type asks for; null when the type takes no scalar.</summary>
    public static Conversion? For(EcsField field) => field.Type switch
    {
        "keyword" or "constant_keyword" or "wildcard" or "match_only_text" or "text" => Conversion.Keyword,
        "long" or "integer" => Conversion.Long,
        "float" or "double" or "scaled_float" => Conversion.Float,
        "boolean" => Conversion.Boolean,
        "ip" => Conversion.Ip,
        "date" => Conversion.Timestamp,
        _ => null,
    };
}
