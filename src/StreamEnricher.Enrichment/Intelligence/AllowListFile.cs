using System.Net;
using System.Text.Json;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>Reads lists of values that are never shared: lines, or a warning list of MISP (github.com/MISP/misp-warninglists, type string, hostname or cidr).</summary>
internal sealed class AllowListFile
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private readonly List<IPNetwork> _networks = [];
    private readonly HashSet<string> _domains = new(StringComparer.Ordinal);
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);

    /// <summary>All that was added.</summary>
    public AllowList ToList() => new(_networks, _domains, _values);

    /// <summary>Adds a file. In one of lines, what follows # is a comment.</summary>
    /// <exception cref="FormatException">A line or entry is no value; the message names the place.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Add(string path)
    {
        var text = File.ReadAllText(path);
        if (text.AsSpan().TrimStart() is ['{', ..])
        {
            AddWarningList(path, text);
            return;
        }

        foreach (var (index, line) in text.Split('\n').Index())
        {
            var value = line.Split('#', 2)[0].Trim();
            if (value.Length > 0 && !TryAdd(value))
            {
                throw new FormatException($"{path}:{index + 1}: '{value}' is no address, network, domain, URL or hash");
            }
        }
    }

    /// <summary>Adds an address or a network in CIDR notation; false when it is none.</summary>
    public bool TryAddNetwork(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            _networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            return true;
        }

        if (!IPNetwork.TryParse(text, out var network))
        {
            return false;
        }

        _networks.Add(network);
        return true;
    }

    /// <summary>Adds a domain with all below it; false when it is none.</summary>
    public bool TryAddDomain(string text)
    {
        var name = text.Trim('.').ToLowerInvariant();
        if (name.Length == 0 || Uri.CheckHostName(name) != UriHostNameType.Dns)
        {
            return false;
        }

        _domains.Add(name);
        return true;
    }

    private bool TryAdd(string value)
    {
        if (value.Contains("://", StringComparison.Ordinal))
        {
            _values.Add(value);
            return true;
        }

        if (value.Length is 32 or 40 or 64 && value.All(char.IsAsciiHexDigit))
        {
            _values.Add(value.ToLowerInvariant());
            return true;
        }

        return TryAddNetwork(value) || TryAddDomain(value);
    }

    private void AddWarningList(string path, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            var root = document.RootElement;
            var type = root.TryGetProperty("type", out var named) ? named.GetString() : "string";
            if (type is not ("string" or "hostname" or "cidr"))
            {
                throw new FormatException($"{path}: a warning list of type {type} cannot be used; string, hostname and cidr can");
            }

            foreach (var entry in root.GetProperty("list").EnumerateArray())
            {
                // Lists of strings hold also what is no value of ours, such as names of files.
                if (entry.GetString() is { Length: > 0 } value && !TryAdd(value) && type != "string")
                {
                    throw new FormatException($"{path}: '{value}' is no address, network or domain");
                }
            }
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"{path}: no MISP warning list: {error.Message}", error);
        }
    }
}
