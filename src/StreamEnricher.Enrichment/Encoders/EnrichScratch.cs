using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Tally;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Formats.Decoding;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>All that one worker needs for one event after another. Arrays grow to what the formats need and are then kept.</summary>
internal sealed class EnrichScratch
{
    private const int MostPlans = 64;

    private readonly Dictionary<FormatPlan, PlanMemory> _plans = [];
    private readonly byte[][] _places = [FixedTexts.Bytes, [], [], [], [], FixedTexts.Bytes, .. new byte[CommonText.Count - CommonText.Threat][]];
    private FieldValue[] _values = new FieldValue[64];
    private ulong[] _presentValues = new ulong[1];
    private ulong[] _consumed = new ulong[2];
    private PlanMemory? _plan;
    private LeaseText? _lease;
    private IndicatorValue[] _indicators = new IndicatorValue[16];

    /// <summary>Slots of the event, and its unmapped members.</summary>
    public ScanState Scan { get; } = new();

    /// <summary>Source entry of the last event.</summary>
    public string? Source { get; set; }

    /// <summary>Its format; null: each event is recognised.</summary>
    public FormatPlan? SourceFormat { get; set; }

    /// <summary>Formats of events that said nothing of it themselves.</summary>
    public RecogniserMemory? Recognised;

    /// <summary>Tokens that were made.</summary>
    public Utf8Writer Tokens { get; } = new();

    /// <summary>Text of indicators, without escapes.</summary>
    public Utf8Writer IndicatorText { get; } = new();

    /// <summary>Writes into batches.</summary>
    public Utf8Writer Output { get; } = new();

    /// <summary>The ECS document, where a sink's condition needs one.</summary>
    public Utf8Writer Document { get; } = new();

    /// <summary>Makes objects of events that are text.</summary>
    public EventDecoder Decoder { get; } = new();

    /// <summary>What has no ECS home, where it must be rearranged.</summary>
    public VendorTree Tree { get; } = new();

    public AttributionScratch Attribution { get; } = new();

    /// <summary>What was found in the batch, where somebody counts techniques.</summary>
    public SeenAttributions? Seen { get; init; }

    /// <summary>The producer's own array of indicators.</summary>
    public RelatedIndicatorList Related => Attribution.Related;

    /// <summary>Remembers the last day that was written as text.</summary>
    public DayCache Days;

    /// <summary>What the worker knows of the event's case.</summary>
    public CaseMemory Case { get; private set; } = null!;

    /// <summary>The texts of <see cref="CommonText"/>, and behind them <see cref="Values"/>.</summary>
    public FieldValue[] AllValues => _values;

    /// <summary>Values by index of the case's plan.</summary>
    public Span<FieldValue> Values => _values.AsSpan((int)CommonText.Count);

    /// <summary>The texts of the common event are made.</summary>
    public bool HasCommonMembers { get; set; }

    /// <summary>The bytes that values lie in, by <see cref="ValuePlace"/>; padding follows each value. Valid until a token is made.</summary>
    public byte[][] Places
    {
        get
        {
            _places[(int)ValuePlace.Scratch] = Tokens.Array;
            return _places;
        }
    }

    /// <summary>Which of <see cref="Values"/> are present, as <see cref="Bits"/>.</summary>
    public Span<ulong> PresentValues => _presentValues.AsSpan(0, Case.Rules.PresentValues.Length);

    /// <summary>Which slots have found a home outside the vendor namespace, as <see cref="Bits"/>.</summary>
    public Span<ulong> Consumed => _consumed;

    /// <summary>Indicators of the event.</summary>
    public ReadOnlySpan<IndicatorValue> Indicators => _indicators.AsSpan(0, IndicatorCount);

    public int IndicatorCount { get; private set; }

    /// <summary>Slots that must be written under the vendor namespace.</summary>
    public List<int> Leftovers { get; } = [];

    /// <summary>Elements of an array that is being converted: places in <see cref="Tokens"/>.</summary>
    public List<(int Start, int Length)> Elements { get; } = [];

    /// <summary>Places of the tokens that a related list holds so far.</summary>
    public List<(int Start, int Length)> RelatedTokens { get; } = [];

    /// <summary>What the worker knows of a format.</summary>
    public PlanMemory MemoryOf(FormatPlan plan)
    {
        if (_plan is { } last && ReferenceEquals(last.Plan, plan))
        {
            return last;
        }

        if (!_plans.TryGetValue(plan, out var memory))
        {
            if (_plans.Count == MostPlans)
            {
                _plans.Clear();
            }

            _plans.Add(plan, memory = new PlanMemory(plan));
        }

        return _plan = memory;
    }

    /// <summary>What the events of an assignment have in common.</summary>
    public LeaseText TextOf(PartitionLease lease) => _lease is { } last && ReferenceEquals(last.Lease, lease) ? last : _lease = new LeaseText(lease);

    /// <summary>A text that every event has.</summary>
    public ref FieldValue Text(CommonText text) => ref _values[(int)text];

    /// <summary>Starts an event.</summary>
    /// <param name="plan">Its format.</param>
    /// <param name="one">Its case.</param>
    /// <param name="buffer">The buffer that it was scanned in.</param>
    public void Begin(FormatPlan plan, CasePlan one, byte[] buffer)
    {
        _places[(int)ValuePlace.Event] = buffer;
        _places[(int)ValuePlace.Constant] = plan.Constants;
        Case = MemoryOf(plan).Of(one);
        var rules = Case.Rules;
        Grow(ref _values, (int)CommonText.Count + rules.Values.Length);
        Grow(ref _presentValues, rules.PresentValues.Length);
        Grow(ref _consumed, Scan.Present.Length);
        rules.Values.CopyTo(_values, (int)CommonText.Count);
        rules.PresentValues.CopyTo(_presentValues, 0);
        Array.Clear(_consumed);
        Tokens.Reset();
        IndicatorText.Reset();
        IndicatorCount = 0;
        Leftovers.Clear();
    }

    /// <summary>Adds an indicator, unless one of the same type and text is there.</summary>
    public void AddIndicator(IndicatorType type, IndicatorRole role, ReadOnlySpan<byte> text, bool carried = false)
    {
        foreach (ref readonly var known in Indicators)
        {
            if (known.Type == type && IndicatorText.Slice(known.Start, known.Length).SequenceEqual(text))
            {
                return;
            }
        }

        if (IndicatorCount == _indicators.Length)
        {
            Array.Resize(ref _indicators, IndicatorCount * 2);
        }

        _indicators[IndicatorCount++] = new IndicatorValue(type, role, IndicatorText.Position, text.Length, carried);
        IndicatorText.Append(text);
    }

    /// <summary>Bytes of a value; empty when it is absent.</summary>
    public ReadOnlySpan<byte> Bytes(in FieldValue value) => (value.Place == ValuePlace.Scratch ? Tokens.Array : _places[(int)value.Place]).AsSpan(value.Start, value.Length);

    /// <summary>Makes the texts that every event has.</summary>
    /// <param name="lease">Texts of the assignment.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="eventId">Its id.</param>
    /// <param name="seconds">Its time.</param>
    /// <param name="nanoseconds">Its time's fraction.</param>
    /// <param name="severity">0 to 100.</param>
    public void SetTexts(LeaseText lease, long offset, UInt128 eventId, long seconds, int nanoseconds, int severity)
    {
        _places[(int)ValuePlace.Lease] = lease.Bytes;
        CommonTexts.Begin(this, lease, offset, eventId, seconds, nanoseconds, severity);
    }

    /// <summary>The token that a source names in this event.</summary>
    public Slot Find(SourceRef source, ReadOnlySpan<byte> buffer)
    {
        var slot = Scan.Slots[source.Slot];
        return source.Rest is null ? slot : ElementFinder.Find(slot, source.Rest, buffer);
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[length];
        }
    }
}
