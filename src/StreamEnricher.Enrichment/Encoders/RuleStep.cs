using System.Runtime.InteropServices;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>What most values of a rule are like: such a value is taken as the event has it. Any other goes the long way of <see cref="FieldEvaluator"/>.</summary>
internal enum UsualValue : byte
{
    /// <summary>No value is taken as it is.</summary>
    None,

    /// <summary>A text that says something.</summary>
    Text,

    /// <summary>Such a text without capital letters A to Z.</summary>
    SmallText,

    /// <summary>An integer without a sign.</summary>
    Integer,

    /// <summary>An integer from 0 to 65,535.</summary>
    Port,

    /// <summary>An IPv4 address.</summary>
    Address,

    /// <summary>An IPv4 address, which is the next value too.</summary>
    Endpoint,
}

/// <summary>A rule that an event needs to run.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Slot">Slot of its first source that is present.</param>
/// <param name="Usual">What most of its values are like.</param>
/// <param name="Consumes">A value that was taken is left out of the vendor namespace.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RuleStep(CompiledRule Rule, int Slot, UsualValue Usual, bool Consumes)
{
    /// <summary>Longest text without anything in it: two quotes and one byte.</summary>
    private const int LongestNothing = 3;

    private static ReadOnlySpan<byte> HighestPort => "65535"u8;

    /// <summary>The step for a source of a rule.</summary>
    public static RuleStep Of(CompiledRule rule, SourceRef source) =>
        new(rule, source.Slot, source.Rest is null && rule.Map is null && !rule.IsArray ? UsualOf(rule) : UsualValue.None, !rule.Copy);

    /// <summary>The value is as usual.</summary>
    /// <param name="slot">The value.</param>
    /// <param name="buffer">Buffer that it is in, with its padding.</param>
    public bool Takes(in Slot slot, ReadOnlySpan<byte> buffer) => Usual switch
    {
        UsualValue.Text => IsText(slot, buffer),
        UsualValue.SmallText => IsText(slot, buffer) && slot.Content(buffer).IndexOfAnyInRange((byte)'A', (byte)'Z') < 0,
        UsualValue.Integer => slot.Kind == TokenKind.Number && JsonNumber.IsDigits(slot.Token(buffer)),
        UsualValue.Port => slot.Kind == TokenKind.Number && IsPort(slot.Token(buffer)),
        UsualValue.Address or UsualValue.Endpoint => slot.Kind == TokenKind.String && IpAddress.IsIPv4(slot.Content(buffer)),
        _ => false,
    };

    private static bool IsText(in Slot slot, ReadOnlySpan<byte> buffer) => slot.IsString && slot.Length > LongestNothing && buffer[slot.Start + 1] > (byte)' ';

    private static bool IsPort(ReadOnlySpan<byte> number) =>
        number.Length <= HighestPort.Length && JsonNumber.IsDigits(number) && (number.Length < HighestPort.Length || number.SequenceCompareTo(HighestPort) <= 0);

    private static UsualValue UsualOf(CompiledRule rule) => rule.Conversion switch
    {
        Conversion.Keyword when rule.Allowed is null => UsualValue.Text,
        Conversion.Lowercase when rule.Allowed is null => UsualValue.SmallText,
        Conversion.Long => rule.IsPort ? UsualValue.Port : UsualValue.Integer,
        Conversion.Ip => UsualValue.Address,
        Conversion.Endpoint => UsualValue.Endpoint,
        _ => UsualValue.None,
    };
}
