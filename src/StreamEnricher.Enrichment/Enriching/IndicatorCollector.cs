using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>Collects an event's indicators: those that its producer listed, and the fields that its format names.</summary>
internal static class IndicatorCollector
{
    public static void Collect(CasePlan one, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        foreach (ref readonly var element in scratch.Related.Elements)
        {
            if (element.IsComplete)
            {
                // What a detector lists beside its finding is what it found bad.
                var value = element.Value.Content(buffer);
                Add(TypeOf(element.Type.Content(buffer), value), IndicatorRole.Attacker, value, element.Value.Kind == TokenKind.String, scratch, true);
            }
        }

        foreach (var plan in one.Indicators)
        {
            var slot = scratch.Find(plan.Source, buffer);
            if (slot.IsString)
            {
                Add(plan.Type, plan.Role, slot.Content(buffer), slot.Kind == TokenKind.String, scratch, false);
            }
        }
    }

    private static void Add(IndicatorType type, IndicatorRole role, ReadOnlySpan<byte> content, bool plain, EnrichScratch scratch, bool carried)
    {
        if (!plain)
        {
            var free = scratch.Tokens.Free(content.Length);
            if (!JsonText.TryUnescape(content, free, out var written))
            {
                return;
            }

            content = free[..written];
        }

        content = content.Trim(" \t\r\n"u8);
        if (!content.IsEmpty && (type != IndicatorType.Ip || (carried && plain) || IpAddress.IsValid(content)) && !(content.Length == 1 && content[0] == (byte)'-'))
        {
            scratch.AddIndicator(type, role, content, carried);
        }
    }

    private static IndicatorType TypeOf(ReadOnlySpan<byte> type, ReadOnlySpan<byte> value)
    {
        return type.Length switch
        {
            2 when Is(type, "ip"u8) => Address(value),
            3 when Is(type, "url"u8) || Is(type, "uri"u8) => IndicatorType.Url,
            3 when Is(type, "md5"u8) => Hash(value),
            4 when Is(type, "ipv4"u8) || Is(type, "ipv6"u8) => Address(value),
            4 when Is(type, "fqdn"u8) => IndicatorType.Domain,
            4 when Is(type, "hash"u8) || Is(type, "sha1"u8) => Hash(value),
            5 when Is(type, "email"u8) => IndicatorType.Email,
            6 when Is(type, "domain"u8) => IndicatorType.Domain,
            6 when Is(type, "sha256"u8) => Hash(value),
            8 when Is(type, "hostname"u8) => IndicatorType.Domain,
            9 when Is(type, "ipv4-addr"u8) || Is(type, "ipv6-addr"u8) => Address(value),
            9 when Is(type, "file_hash"u8) => Hash(value),
            10 when Is(type, "ip_address"u8) => Address(value),
            10 when Is(type, "email-addr"u8) => IndicatorType.Email,
            11 when Is(type, "domain-name"u8) => IndicatorType.Domain,
            _ => IndicatorType.Other,
        };
    }

    private static IndicatorType Address(ReadOnlySpan<byte> value) => IpAddress.IsValid(value) ? IndicatorType.Ip : IndicatorType.Other;

    private static IndicatorType Hash(ReadOnlySpan<byte> value) => value.Length switch
    {
        32 => IndicatorType.Md5,
        40 => IndicatorType.Sha1,
        64 => IndicatorType.Sha256,
        _ => IndicatorType.Other,
    };

    private static bool Is(ReadOnlySpan<byte> type, ReadOnlySpan<byte> name) => JsonText.EqualsIgnoreAsciiCase(type, name);
}
