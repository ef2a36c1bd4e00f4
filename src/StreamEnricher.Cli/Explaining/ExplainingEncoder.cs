using System.Text;
using System.Text.Json.Nodes;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;
using EncoderOptions = StreamEnricher.Enrichment.Encoders.OutputOptions;

namespace StreamEnricher.Cli.Explaining;

/// <summary>Stands beside the sinks' encoders and notes how the event came to be what they see. Writes nothing.</summary>
internal sealed class ExplainingEncoder : SinkEncoder
{
    private static readonly EncoderOptions EverythingKept = new() { KeepUnmapped = true };

    /// <summary>The event; null before one was encoded.</summary>
    public ExplainedEvent? Event { get; private set; }

    /// <inheritdoc />
    public override double Expansion => 1;

    /// <summary>Forgets the event before.</summary>
    public void Begin() => Event = null;

    /// <inheritdoc />
    public override void Encode(in NormalizedEvent normalized, EncodedBatch output)
    {
        var attribution = normalized.Attribution;
        var document = Document(normalized);
        Event = new ExplainedEvent
        {
            EventId = Encoding.UTF8.GetString(normalized.EventId),
            Format = normalized.Plan.Name,
            Case = normalized.Plan.Cases.Length > 1 ? normalized.Case.Name : null,
            Severity = normalized.Severity,
            Fields = Fields(normalized),
            VendorNamespace = normalized.Case.VendorNamespace,
            Unfit = Unfit(normalized),
            LeftOver = LeftOver(normalized, document),
            Document = document,
            Techniques = JsonNode.Parse(attribution.TechniqueDetails)!,
            Evidence = JsonNode.Parse(attribution.Evidence)!,
            ConfidenceScore = attribution.Attribution.ConfidenceScore,
            Degraded = attribution.Attribution.Degraded,
        };
    }

    /// <summary>Follows the program that writes the document: its open objects give each value's full name.</summary>
    private static List<ExplainedField> Fields(in NormalizedEvent normalized)
    {
        var fields = new List<ExplainedField>();
        var path = new List<string>();
        foreach (var instruction in normalized.Case.Ecs.Instructions)
        {
            switch (instruction.Step)
            {
                case EcsStep.Open:
                    path.Add(NameOf(instruction));
                    break;
                case EcsStep.Close:
                    path.RemoveAt(path.Count - 1);
                    break;
                case EcsStep.Value or EcsStep.Tags when instruction.Value >= 0 && !normalized.Value(instruction.Value).IsEmpty:
                    fields.Add(new ExplainedField(
                        string.Join('.', [.. path, NameOf(instruction)]),
                        SourceOf(normalized, instruction.Value),
                        JsonNode.Parse(normalized.Value(instruction.Value))));
                    break;
                default:
                    break;
            }
        }

        return fields;
    }

    private static string NameOf(EcsInstruction instruction) => Encoding.UTF8.GetString(instruction.Name).TrimEnd(':').Trim('"');

    private static string? SourceOf(in NormalizedEvent normalized, int value)
    {
        foreach (var rule in normalized.Case.Rules)
        {
            if (value >= rule.Value && value < rule.Value + CompiledRule.ValuesOf(rule.Conversion))
            {
                foreach (var source in rule.Sources)
                {
                    if (normalized.Scratch.Find(source, normalized.Buffer).IsPresent)
                    {
                        return source.Path;
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Rules that found a value and could make nothing of it: what ECS would refuse.</summary>
    private static List<UnfitValue> Unfit(in NormalizedEvent normalized)
    {
        var unfit = new List<UnfitValue>();
        foreach (var rule in normalized.Case.Rules)
        {
            var made = normalized.Scratch.Values[rule.Value];
            if (made.Place is not (ValuePlace.None or ValuePlace.Constant) || rule.Map is not null)
            {
                continue;
            }

            foreach (var source in rule.Sources)
            {
                var slot = normalized.Scratch.Find(source, normalized.Buffer);
                if (slot.IsPresent && slot.Kind != TokenKind.Null && (source.Rest is not null || !Bits.Has(normalized.Scratch.Consumed, source.Slot)))
                {
                    unfit.Add(new UnfitValue(rule.Field, source.Path, JsonNode.Parse(slot.Token(normalized.Buffer))));
                    break;
                }
            }
        }

        return unfit;
    }

    private static JsonNode Document(in NormalizedEvent normalized)
    {
        var document = normalized.Scratch.Document;
        document.Reset();
        DocumentWriter.WriteEcs(normalized, document, EverythingKept);
        return JsonNode.Parse(document.Span)!;
    }

    private static JsonNode? LeftOver(in NormalizedEvent normalized, JsonNode document)
    {
        JsonNode? node = document;
        foreach (var step in normalized.Case.VendorNamespace.Split('.'))
        {
            node = (node as JsonObject)?[step];
        }

        return node?.DeepClone();
    }
}
