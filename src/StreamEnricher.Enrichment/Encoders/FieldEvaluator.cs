using System.Text.Json;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Runs the rules of a case over a scanned event: each leaves a finished JSON token, or nothing.</summary>
internal static class FieldEvaluator
{
    /// <summary>Fills <see cref="EnrichScratch.Values"/> and <see cref="EnrichScratch.Consumed"/>, which hold what an event without any source would have.</summary>
    public static void Evaluate(EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        var slots = scratch.Scan.Slots;
        var values = scratch.Values;
        var present = scratch.PresentValues;
        var consumed = scratch.Consumed;
        foreach (ref readonly var step in scratch.Case.Rules.Of(scratch.Scan.Present).AsSpan())
        {
            ref readonly var slot = ref slots[step.Slot];
            var value = step.Rule.Value;
            if (step.Takes(slot, buffer))
            {
                values[value] = new FieldValue(ValuePlace.Event, slot.Start, slot.Length);
            }
            else if (step.Usual == UsualValue.Text && slot.Kind == TokenKind.Number)
            {
                Converter.Quoted(value, slot.Token(buffer), scratch);
            }
            else
            {
                Run(step.Rule, scratch, buffer);
                continue;
            }

            Bits.Set(present, value);
            if (step.Usual == UsualValue.Endpoint)
            {
                values[value + 1] = values[value];
                Bits.Set(present, value + 1);
            }

            if (step.Consumes)
            {
                Bits.Set(consumed, step.Slot);
            }
        }
    }

    private static void Run(CompiledRule rule, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (!FromSource(rule, scratch, buffer) && rule.Default is { } constant)
        {
            scratch.Values[rule.Value] = new FieldValue(ValuePlace.Constant, constant.Start, constant.Length);
        }

        NotePresence(rule, scratch);
    }

    private static void NotePresence(CompiledRule rule, EnrichScratch scratch)
    {
        var present = scratch.PresentValues;
        var count = rule.Conversion is Conversion.Endpoint or Conversion.Hashes or Conversion.WindowsUser ? CompiledRule.ValuesOf(rule.Conversion) : 1;
        for (var value = rule.Value; value < rule.Value + count; value++)
        {
            if (scratch.Values[value].IsPresent)
            {
                Bits.Set(present, value);
            }
            else
            {
                Bits.Clear(present, value);
            }
        }
    }

    private static bool FromSource(CompiledRule rule, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        foreach (var source in rule.Sources)
        {
            var slot = scratch.Find(source, buffer);
            if (!slot.IsPresent)
            {
                continue;
            }

            var outcome = Convert(rule, slot, scratch, buffer);
            if (outcome is ConversionOutcome.Made or ConversionOutcome.Nothing && !rule.Copy && source.Rest is null)
            {
                Bits.Set(scratch.Consumed, source.Slot);
            }

            if (outcome is ConversionOutcome.Made or ConversionOutcome.MadeCopy)
            {
                return true;
            }
        }

        return false;
    }

    private static ConversionOutcome Convert(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (slot.Kind == TokenKind.Null || (slot.IsString && IsNothing(slot.Content(buffer))))
        {
            return ConversionOutcome.Nothing;
        }

        if (rule.Map is not null)
        {
            // A mapped value keeps its own word under the vendor namespace: 75 does not say that it was "high".
            return slot.Kind is not (TokenKind.Object or TokenKind.Array or TokenKind.EscapedString) && rule.Map.TryGet(slot.Content(buffer), out var mapped)
                ? Keep(rule, scratch, mapped)
                : ConversionOutcome.Unfit;
        }

        return rule.IsArray || slot.Kind == TokenKind.Array
            ? ArrayOf(rule, slot, scratch, buffer)
            : Converter.Scalar(rule, slot, scratch, buffer);
    }

    private static ConversionOutcome Keep(CompiledRule rule, EnrichScratch scratch, Constant mapped)
    {
        scratch.Values[rule.Value] = new FieldValue(ValuePlace.Constant, mapped.Start, mapped.Length);
        return ConversionOutcome.MadeCopy;
    }

    private static ConversionOutcome ArrayOf(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (!rule.IsArray)
        {
            return ConversionOutcome.Unfit;
        }

        var tokens = scratch.Tokens;
        if (slot.Kind != TokenKind.Array)
        {
            var outcome = Converter.Scalar(rule, slot, scratch, buffer);
            if (outcome != ConversionOutcome.Made || rule.Conversion is Conversion.Endpoint or Conversion.Hashes or Conversion.WindowsUser)
            {
                return outcome;
            }

            Wrap(rule, scratch, buffer);
            return ConversionOutcome.Made;
        }

        var reader = new Utf8JsonReader(slot.Token(buffer));
        var all = true;
        List<(int Start, int Length)>? elements = null;
        reader.Read();
        for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            var at = slot.Start + (int)reader.TokenStartIndex;
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                reader.Skip();
                all = false;
                continue;
            }

            var element = new Slot(at, slot.Start + (int)reader.BytesConsumed - at, ScalarKind(ref reader));
            if (element.Kind == TokenKind.Null || (element.IsString && IsNothing(element.Content(buffer))))
            {
                continue;
            }

            if (Converter.Scalar(rule, element, scratch, buffer) != ConversionOutcome.Made)
            {
                all = false;
                continue;
            }

            ref var made = ref scratch.Values[rule.Value];
            (elements ??= scratch.Elements).Add(Materialise(made, scratch, buffer));
        }

        if (elements is null)
        {
            scratch.Values[rule.Value] = default;
            return all ? ConversionOutcome.Nothing : ConversionOutcome.Unfit;
        }

        // Elements lie in the token writer, maybe with gaps; the array is put together behind them.
        var start = tokens.Position;
        tokens.Append((byte)'[');
        for (var i = 0; i < elements.Count; i++)
        {
            if (IsRepeated(elements, i, tokens))
            {
                continue;
            }

            tokens.Comma();
            tokens.AppendOwn(elements[i].Start, elements[i].Length);
        }

        tokens.Append((byte)']');
        elements.Clear();
        scratch.Values[rule.Value] = new FieldValue(ValuePlace.Scratch, start, tokens.Position - start);
        return all ? ConversionOutcome.Made : ConversionOutcome.MadeCopy;
    }

    private static bool IsRepeated(List<(int Start, int Length)> elements, int index, Utf8Writer tokens)
    {
        var (start, length) = elements[index];
        for (var i = 0; i < index; i++)
        {
            if (tokens.Slice(elements[i].Start, elements[i].Length).SequenceEqual(tokens.Slice(start, length)))
            {
                return true;
            }
        }

        return false;
    }

    private static (int Start, int Length) Materialise(FieldValue value, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (value.Place == ValuePlace.Scratch)
        {
            return (value.Start, value.Length);
        }

        var start = scratch.Tokens.Position;
        scratch.Tokens.Append(buffer.Slice(value.Start, value.Length));
        return (start, value.Length);
    }

    private static void Wrap(CompiledRule rule, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        var (from, length) = Materialise(scratch.Values[rule.Value], scratch, buffer);
        var start = scratch.Tokens.Position;
        scratch.Tokens.Append((byte)'[');
        scratch.Tokens.AppendOwn(from, length);
        scratch.Tokens.Append((byte)']');
        scratch.Values[rule.Value] = new FieldValue(ValuePlace.Scratch, start, scratch.Tokens.Position - start);
    }

    private static TokenKind ScalarKind(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.ValueIsEscaped ? TokenKind.EscapedString : TokenKind.String,
        JsonTokenType.Number => TokenKind.Number,
        JsonTokenType.True => TokenKind.True,
        JsonTokenType.False => TokenKind.False,
        _ => TokenKind.Null,
    };

    /// <summary>Empty, blank, or what many producers write for nothing: a dash, the question mark of Linux audit and Sysmon.</summary>
    private static bool IsNothing(ReadOnlySpan<byte> content)
    {
        if (content.Length > 1 && content[0] > (byte)' ')
        {
            return false;
        }

        var trimmed = content.Trim(" \t"u8);
        return trimmed.IsEmpty || (trimmed.Length == 1 && trimmed[0] is (byte)'-' or (byte)'?');
    }
}

/// <summary>What became of a source value.</summary>
internal enum ConversionOutcome
{
    /// <summary>It does not fit the field: it stays under the vendor namespace.</summary>
    Unfit,

    /// <summary>It says nothing (null, empty, "-", "?"): it is left out.</summary>
    Nothing,

    /// <summary>The field has it.</summary>
    Made,

    /// <summary>The field has something made of it, and the vendor namespace keeps it whole.</summary>
    MadeCopy,
}
