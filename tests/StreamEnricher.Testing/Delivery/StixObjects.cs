using System.Text;
using StreamEnricher.Core.Intelligence;

namespace StreamEnricher.Testing.Delivery;

/// <summary>Short STIX objects for tests of destinations.</summary>
public static class StixObjects
{
    /// <summary>The modified of <see cref="Indicator"/>.</summary>
    public const string Time = "2026-03-01T00:00:00.000Z";

    /// <summary>An identity that an indicator is created by.</summary>
    public static StixDelivery Identity { get; } = Of("identity", 0, "who");

    /// <summary>An indicator of the identity.</summary>
    public static StixDelivery Indicator(int number, string? modified = Time, int padding = 0) =>
        Of("indicator", number, $"i{number}", modified, [Identity.Id], padding);

    /// <summary>So many indicators behind their identity.</summary>
    public static IReadOnlyList<StixDelivery> Group(int indicators, int first = 1) => [Identity, .. Enumerable.Range(first, indicators).Select(static i => Indicator(i))];

    /// <summary>An object.</summary>
    public static StixDelivery Of(string type, int number, string name, string? modified = Time, IReadOnlyList<string>? references = null, int padding = 0)
    {
        var id = $"{type}--00000000-0000-4000-8000-{number:d12}";
        var refs = references is { Count: > 0 } ? $",\"x_refs\":[{string.Join(',', references.Select(static one => $"\"{one}\""))}]" : "";
        var version = modified is null ? "" : $",\"created\":\"{Time}\",\"modified\":\"{modified}\"";
        var json = $$"""{"type":"{{type}}","spec_version":"2.1","id":"{{id}}"{{version}}{{refs}},"name":"{{name}}","x_pad":"{{new string('x', padding)}}"}""";
        return new StixDelivery(id, modified, Encoding.UTF8.GetBytes(json), references ?? []);
    }
}
