using System.Runtime.InteropServices;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>Which of an event's indicators are the attacker's, and so worth telling others.</summary>
/// <remarks>
/// What a detector or a format calls the attacker's is his. Of traffic it is the far end: its source when that address is public (inbound), else its destination.
/// Names, URLs and hashes of no side (a DNS query, a file) are what the event is about. The victim's values are never shared. A file is named by
/// one hash: a weaker one is left out when the event has as many of a stronger one.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly struct AttackerSide
{
    private readonly bool _inbound;
    private readonly IndicatorType _weakestHash;

    /// <summary>Looks at all indicators of an event.</summary>
    public AttackerSide(ReadOnlySpan<IndicatorValue> indicators, ReadOnlySpan<byte> text)
    {
        var (md5, sha1, sha256) = (0, 0, 0);
        foreach (ref readonly var indicator in indicators)
        {
            switch (indicator.Type)
            {
                case IndicatorType.Ip when indicator.Role == IndicatorRole.Source:
                    _inbound |= IpAddress.IsGlobal(text.Slice(indicator.Start, indicator.Length));
                    break;
                case IndicatorType.Md5:
                    md5++;
                    break;
                case IndicatorType.Sha1:
                    sha1++;
                    break;
                case IndicatorType.Sha256:
                    sha256++;
                    break;
                default:
                    break;
            }
        }

        _weakestHash = sha256 >= Math.Max(1, Math.Max(sha1, md5)) ? IndicatorType.Sha256
            : sha1 >= Math.Max(1, md5) ? IndicatorType.Sha1
            : IndicatorType.Md5;
    }

    /// <summary>Whether an indicator of the event is the attacker's.</summary>
    public bool Has(in IndicatorValue indicator)
    {
        if (indicator.Type is IndicatorType.Md5 or IndicatorType.Sha1 or IndicatorType.Sha256 && indicator.Type < _weakestHash)
        {
            return false;
        }

        return indicator.Role switch
        {
            IndicatorRole.Attacker => true,
            IndicatorRole.Source => _inbound,
            IndicatorRole.Destination => !_inbound,
            IndicatorRole.Unknown => indicator.Type != IndicatorType.Ip,
            _ => false,
        };
    }
}
