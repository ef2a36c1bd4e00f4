using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Collects the parts of a <see cref="DocumentLayout"/>.</summary>
internal sealed class DocumentLayoutBuilder
{
    private readonly List<byte> _text = [];
    private readonly List<DocumentPart> _parts = [];
    private readonly HashSet<CommonText> _attribution = [];
    private int _taken;

    /// <summary>Opens the objects of the vendor namespace.</summary>
    public byte[] VendorOpen { get; set; } = [];

    /// <summary>Closes them.</summary>
    public byte[] VendorClose { get; set; } = [];

    /// <summary>Adds constant text.</summary>
    public DocumentLayoutBuilder Text(params ReadOnlySpan<byte> text)
    {
        _text.AddRange(text);
        return this;
    }

    /// <summary>Adds constant text.</summary>
    public DocumentLayoutBuilder Text(string text) => Text(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Adds a text that every event has.</summary>
    public DocumentLayoutBuilder Value(CommonText text)
    {
        if (text >= CommonText.Threat)
        {
            _attribution.Add(text);
        }

        return Part(PartKind.Value, (int)text);
    }

    /// <summary>Adds a value of the case.</summary>
    public DocumentLayoutBuilder Value(int value) => Part(PartKind.Value, (int)CommonText.Count + value);

    /// <summary>Adds what is made for each event.</summary>
    public DocumentLayoutBuilder Part(PartKind kind, int argument = -1)
    {
        _parts.Add(new DocumentPart(_taken, _text.Count - _taken, kind, argument));
        _taken = _text.Count;
        return this;
    }

    /// <summary>The layout of all that was added.</summary>
    public DocumentLayout Build()
    {
        Part(PartKind.End);
        return new DocumentLayout
        {
            Text = [.. _text, .. new byte[EventBatch.Padding]],
            Parts = [.. _parts],
            AttributionTexts = [.. _attribution],
            VendorOpen = VendorOpen,
            VendorClose = VendorClose,
        };
    }
}
