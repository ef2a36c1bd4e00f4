using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Makes an <see cref="EcsLayout"/> of a program: an object is opened with the first member that it gets, so that none is empty.</summary>
internal sealed class EcsLayoutBuilder(EcsProgram program, OutputOptions options, ulong[] present, EcsShape shape)
{
    private readonly DocumentLayoutBuilder _layout = new();
    private readonly List<(byte[] Name, OpenState State)> _objects = [];
    private bool _needsComma;

    /// <summary>What has become of an object that the program opened.</summary>
    private enum OpenState
    {
        /// <summary>It has no member yet.</summary>
        Pending,

        /// <summary>It is written.</summary>
        Open,

        /// <summary>It is written with the vendor's members, or not at all.</summary>
        Vendor,
    }

    /// <summary>The layout.</summary>
    /// <param name="next">Goes into <see cref="EcsLayout.Next"/>.</param>
    public EcsLayout Build(EcsLayout? next)
    {
        _layout.Text("{");
        foreach (var instruction in program.Instructions)
        {
            Add(instruction);
        }

        return new EcsLayout { Document = _layout.Text("}").Build(), Present = present, Shape = shape, Next = next };
    }

    private void Add(EcsInstruction instruction)
    {
        switch (instruction.Step)
        {
            case EcsStep.Literal:
                Member(instruction.Name);
                break;
            case EcsStep.Value when Bits.Has(present, instruction.Value):
                Member(instruction.Name, instruction.Value);
                break;
            case EcsStep.Open:
                _objects.Add((instruction.Name, OpenState.Pending));
                break;
            case EcsStep.Close:
                Close();
                break;
            case EcsStep.Timestamp:
                Member(instruction.Name, CommonText.Time);
                break;
            case EcsStep.EventId when options.ProducerEventId:
                Member("\"id\":"u8, PartKind.ProducerId);
                break;
            case EcsStep.EventId:
                Member("\"id\":\""u8);
                _layout.Value(CommonText.EventId).Text("\"");
                break;
            case EcsStep.Original when options.Original:
                Member("\"original\":"u8, PartKind.Original);
                break;
            case EcsStep.Tags:
                Tags(instruction);
                break;
            case EcsStep.Threat when shape.HasFlag(EcsShape.Threat):
                Member([], CommonText.Threat);
                break;
            case EcsStep.Rule when shape.HasFlag(EcsShape.Rule) && !program.RuleValues.Exists(value => Bits.Has(present, value)):
                Member([], CommonText.Rule);
                break;
            case EcsStep.Related:
                Related();
                break;
            case EcsStep.Own:
                Member("\"event_id\":\""u8);
                _layout.Value(CommonText.EventId).Text("\",\"source_service\":").Value(CommonText.SourceService);
                Member([], CommonText.OwnMembers);
                break;
            case EcsStep.Kafka when options.KafkaPosition:
                Member([]);
                _layout.Value(CommonText.Position).Value(CommonText.Offset);
                break;
            case EcsStep.Vendor when options.KeepUnmapped:
                Vendor();
                break;
            default:
                break;
        }
    }

    private void Tags(EcsInstruction instruction)
    {
        var has = instruction.Value >= 0 && Bits.Has(present, instruction.Value);
        if (shape.HasFlag(EcsShape.Degraded))
        {
            Member(instruction.Name, PartKind.DegradedTags, has ? instruction.Value : -1);
        }
        else if (has)
        {
            Member(instruction.Name, instruction.Value);
        }
    }

    private void Related()
    {
        for (var list = 0; list < program.Related.Count; list++)
        {
            var (name, values) = program.Related[list];
            if (Array.Exists(values, value => Bits.Has(present, value)))
            {
                Member(name, PartKind.Related, list);
                _layout.Text("]");
            }
        }
    }

    /// <summary>The objects of the vendor namespace hold nothing else, so that they are there only if it has members.</summary>
    private void Vendor()
    {
        var open = new List<byte>();
        for (var i = 0; i < _objects.Count; i++)
        {
            var (name, state) = _objects[i];
            if (state == OpenState.Pending)
            {
                open.AddRange(_needsComma ? [(byte)',', .. name, (byte)'{'] : [.. name, (byte)'{']);
                _needsComma = false;
                _objects[i] = (name, OpenState.Vendor);
            }
        }

        _layout.VendorOpen = [.. open];
        _layout.VendorClose = [.. _objects.Where(one => one.State == OpenState.Vendor).Select(_ => (byte)'}')];
        _layout.Part(PartKind.Vendor);
        _needsComma = true;
    }

    private void Close()
    {
        if (_objects[^1].State == OpenState.Open)
        {
            _layout.Text("}");
        }

        _objects.RemoveAt(_objects.Count - 1);
    }

    private void Member(ReadOnlySpan<byte> text, PartKind kind, int argument = -1)
    {
        Member(text);
        _layout.Part(kind, argument);
    }

    private void Member(ReadOnlySpan<byte> text, CommonText value)
    {
        Member(text);
        _layout.Value(value);
    }

    private void Member(ReadOnlySpan<byte> name, int value)
    {
        Member(name);
        _layout.Value(value);
    }

    private void Member(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < _objects.Count; i++)
        {
            var (name, state) = _objects[i];
            if (state == OpenState.Vendor)
            {
                throw new InvalidOperationException("the vendor namespace holds a member that is not the vendor's");
            }

            if (state == OpenState.Pending)
            {
                Comma();
                _layout.Text(name).Text("{");
                _needsComma = false;
                _objects[i] = (name, OpenState.Open);
            }
        }

        Comma();
        _layout.Text(text);
        _needsComma = true;
    }

    private void Comma()
    {
        if (_needsComma)
        {
            _layout.Text(",");
        }
    }
}
