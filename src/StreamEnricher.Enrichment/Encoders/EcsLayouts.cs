using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>The layouts that one worker made for a case. Events of one kind have the same fields, so they are few; should they become many, they are made again.</summary>
internal sealed class EcsLayouts(EcsProgram program)
{
    private const int PlaceBits = 6;
    private const int MostLayouts = 1024;

    private readonly EcsLayout?[] _places = new EcsLayout?[1 << PlaceBits];
    private OutputOptions? _options;
    private int _count;

    /// <summary>The layout for a set of values.</summary>
    /// <param name="options">What goes into documents.</param>
    /// <param name="present">Values that are present.</param>
    /// <param name="shape">What the attribution is like.</param>
    public EcsLayout Of(OutputOptions options, ReadOnlySpan<ulong> present, EcsShape shape)
    {
        if (!ReferenceEquals(options, _options) || _count == MostLayouts)
        {
            Array.Clear(_places);
            _count = 0;
            _options = options;
        }

        ref var place = ref _places[Bits.Hash(present, (ulong)shape) >> (64 - PlaceBits)];
        for (var layout = place; layout is not null; layout = layout.Next)
        {
            if (layout.Shape == shape && present.SequenceEqual(layout.Present))
            {
                return layout;
            }
        }

        _count++;
        return place = new EcsLayoutBuilder(program, options, present.ToArray(), shape).Build(place);
    }
}
