using System.Globalization;
using StreamEnricher.Delivery.Pacing;

namespace StreamEnricher.Cli.Configuration;

/// <summary>Sizes (<c>512MiB</c>) and durations (<c>20ms</c>) as people write them.</summary>
internal static class Units
{
    private static readonly (string Unit, double Bytes)[] SizeUnits =
    [
        ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("KB", 1e3), ("B", 1), ("", 1),
    ];

    private static readonly (string Unit, double Milliseconds)[] TimeUnits = [("ms", 1), ("s", 1e3), ("m", 60e3), ("h", 3600e3), ("d", 86400e3)];

    /// <summary>Bytes of <c>4MiB</c>, <c>1.5GiB</c>, <c>65536</c>; false when it is none.</summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        if (!TryParse(text, SizeUnits, out var value) || value > 1L << 50)
        {
            return false;
        }

        bytes = (long)value;
        return true;
    }

    /// <summary>Time of <c>20ms</c>, <c>5s</c>, <c>10m</c>, <c>1h</c>, <c>7d</c>; false when it is none.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (!TryParse(text, TimeUnits, out var value) || value > TimeSpan.FromDays(3650).TotalMilliseconds)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(value);
        return true;
    }

    /// <summary>Rate of <c>5000/s</c>, <c>10MiB/s</c>, <c>300/m</c>, <c>1GiB/h</c>; a number alone is events a second, <c>none</c> and 0 are no limit (null). False when it is none of these.</summary>
    public static bool TryParseRate(string text, out RateLimit? rate)
    {
        rate = null;
        var (amount, per) = text.LastIndexOf('/') is >= 0 and var slash ? (text[..slash].TrimEnd(), text[(slash + 1)..].TrimStart()) : (text, "s");
        var seconds = per switch { "s" => 1, "m" => 60, "h" => 3600, _ => 0 };
        if (amount is "none" or "0")
        {
            return true;
        }

        var isBytes = amount.EndsWith('B');
        if (seconds == 0 || !TryParse(amount, isBytes ? SizeUnits : [("", 1)], out var value) || value <= 0 || value > 1L << 50)
        {
            return false;
        }

        rate = new RateLimit(value / seconds, isBytes);
        return true;
    }

    /// <summary>The size rounded up to a whole MiB, as one writes it in the file.</summary>
    public static string FormatSize(long bytes) => $"{(bytes + (1 << 20) - 1) >> 20}MiB";

    private static bool TryParse(string text, (string Unit, double Factor)[] units, out double value)
    {
        foreach (var (unit, factor) in units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length).TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                value = number * factor;
                return true;
            }
        }

        value = 0;
        return false;
    }
}
