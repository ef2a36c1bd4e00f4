using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Attribution.Service;
using StreamEnricher.Enrichment.Attribution.Sigma.Matching;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>A worker's working memory for attribution; used by one thread at a time and reused for every event.</summary>
internal sealed class AttributionScratch
{
    /// <summary>Formats whose texts are remembered; should they become many (formats loaded anew), all are let go.</summary>
    private const int MostMemories = 64;

    private readonly Dictionary<RememberedProviders, FindingMemory> _memories = new(ReferenceEqualityComparer.Instance);
    private (RememberedProviders? Of, FindingMemory Memory) _lastMemory;
    private Finding[] _findings = new Finding[16];
    private byte[] _text = new byte[256];

    /// <summary>What the event has so far, in the order of the providers.</summary>
    public ReadOnlySpan<Finding> Findings => _findings.AsSpan(0, FindingCount);

    /// <summary>Number of findings.</summary>
    public int FindingCount { get; private set; }

    /// <summary>The producer's own confidence in ten-thousandths, -1 when it states none.</summary>
    public int Confidence { get; set; } = -1;

    /// <summary>A provider that should have been asked could not be.</summary>
    public bool Degraded { get; set; }

    /// <summary>Counts of the batch.</summary>
    public AttributionCounts Counts { get; } = new();

    /// <summary>What the service was asked and has not answered yet; null for none.</summary>
    public List<PendingLookup>? Pending { get; private set; }

    /// <summary>Working memory of the keyword search.</summary>
    public KeywordMatches Matches { get; } = new();

    /// <summary>Working memory for the canonical form of an indicator.</summary>
    public IndicatorKeyBuilder Indicators { get; } = new();

    /// <summary>Working memory of the Sigma rules.</summary>
    public SigmaScratch Sigma { get; } = new();

    /// <summary>The producer's own array of indicators.</summary>
    public RelatedIndicatorList Related { get; } = new();

    /// <summary>Declared ids that this worker saw lately.</summary>
    public WorkerCache<Finding> Declared { get; } = new();

    /// <summary>Attributions that this worker finished or found lately.</summary>
    public WorkerCache<RenderedAttribution> Finished { get; } = new();

    /// <summary>The format that was attributed last.</summary>
    public AttributionSpec? BoundSpec { get; set; }

    /// <summary>Who prepared them.</summary>
    public Attributor? BoundBy { get; set; }

    /// <summary>The providers prepared for that format.</summary>
    public BoundProvider[] Bound { get; set; } = [];

    /// <summary>What the worker remembers of the texts that some providers read.</summary>
    public FindingMemory MemoryOf(RememberedProviders providers)
    {
        if (!ReferenceEquals(_lastMemory.Of, providers))
        {
            if (!_memories.TryGetValue(providers, out var memory))
            {
                if (_memories.Count == MostMemories)
                {
                    _memories.Clear();
                }

                _memories.Add(providers, memory = new FindingMemory());
            }

            _lastMemory = (providers, memory);
        }

        return _lastMemory.Memory;
    }

    /// <summary>Forgets all texts.</summary>
    public void ForgetFindings()
    {
        _memories.Clear();
        _lastMemory = default;
    }

    /// <summary>Forgets the last event.</summary>
    public void Begin()
    {
        FindingCount = 0;
        Degraded = false;
        Pending = null;
    }

    /// <summary>Adds a finding unless the event has it.</summary>
    public void Add(Finding finding)
    {
        foreach (var known in Findings)
        {
            if (ReferenceEquals(known, finding))
            {
                return;
            }
        }

        if (FindingCount == _findings.Length)
        {
            Array.Resize(ref _findings, FindingCount * 2);
        }

        _findings[FindingCount++] = finding;
    }

    /// <summary>Notes that the place behind the findings so far waits for an answer; null as answer means that there was none to be had.</summary>
    public void AddPending(Task<Finding?> reply) => (Pending ??= []).Add(new PendingLookup(FindingCount, reply));

    /// <summary>A value as text: a string without quotes and escapes, a number or literal as written. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> buffer, Slot slot) =>
        slot.Kind == TokenKind.EscapedString ? Unescape(slot.Content(buffer)) : slot.Content(buffer);

    /// <summary>A string's content with its escapes resolved. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> content)
    {
        if (_text.Length < content.Length)
        {
            _text = new byte[Math.Max(content.Length, _text.Length * 2)];
        }

        // The content was scanned: it is valid JSON.
        _ = JsonText.TryUnescape(content, _text, out var written);
        return _text.AsSpan(0, written);
    }
}
