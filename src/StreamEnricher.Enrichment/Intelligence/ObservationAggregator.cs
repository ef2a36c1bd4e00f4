using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>
/// Counts observations in windows of event time, by value and partition, and says what is to be told. The same records in the same order of each partition give the same, however they
/// are cut into batches. For one thread at a time.
/// </summary>
/// <remarks>
/// Windows belong to a source partition: its records come in one order for ever, so which of them a window holds, and which come too late for it, is a function of
/// the records alone. A part is named by the offset of its first event, which no other part has.
/// </remarks>
internal sealed class ObservationAggregator
{
    private readonly AggregationOptions _options;
    private readonly StixTechniques _techniques;
    private readonly Dictionary<byte[], KnownIndicator> _known = new(KeyComparer.Instance);
    private readonly Dictionary<byte[], KnownIndicator>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly Dictionary<(string Topic, int Partition), PartitionWindows> _partitions = [];
    private readonly AggregateChanges _changes = new();
    private readonly List<Emission> _outbox = [];
    private long _openBytes;
    private long _knownBytes;

    /// <param name="options">How.</param>
    /// <param name="techniques">The release that observations name techniques of.</param>
    public ObservationAggregator(AggregationOptions options, StixTechniques techniques)
    {
        (_options, _techniques) = (options, techniques);
        _lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>What was done.</summary>
    public AggregationFigures Figures { get; } = new();

    /// <summary>What is to be told, in order.</summary>
    public IReadOnlyList<Emission> Outbox => _outbox;

    /// <summary>What the state does not have yet.</summary>
    public AggregateChanges Changes => _changes;

    /// <summary>Memory of indicators and windows, about.</summary>
    public long Bytes => _openBytes + _knownBytes;

    /// <summary>Known indicators.</summary>
    public int Known => _known.Count;

    /// <summary>Open windows.</summary>
    public long Open => _openBytes / OpenWindow.Bytes;

    /// <summary>The partitions at hand.</summary>
    public IReadOnlyCollection<PartitionWindows> Partitions => _partitions.Values;

    private long WindowLength => (long)_options.Window.TotalMilliseconds;

    /// <summary>Takes a partition in hand, as the state has it or new.</summary>
    public PartitionWindows Begin(string topic, int partition)
    {
        Drop(topic, partition);
        return _partitions[(topic, partition)] = new PartitionWindows(topic, partition, WindowLength);
    }

    /// <summary>A partition in hand; null when it is not.</summary>
    public PartitionWindows? Find(string topic, int partition) => _partitions.GetValueOrDefault((topic, partition));

    /// <summary>A known indicator; null when it is not known.</summary>
    public KnownIndicator? Find(byte[] key) => _known.GetValueOrDefault(key);

    /// <summary>Lets go of a partition: what is not in the state yet is forgotten, since whoever has it next counts it again.</summary>
    public void Drop(string topic, int partition)
    {
        if (!_partitions.Remove((topic, partition), out var windows))
        {
            return;
        }

        foreach (var window in windows.Open)
        {
            Unlink(window);
        }

        _outbox.RemoveAll(emission => emission.Window?.Owner == windows);
        _changes.Drop(windows);
    }

    /// <summary>A known indicator from the state. What is in memory already stays, but for an earlier <c>created</c>.</summary>
    public KnownIndicator Restore(byte[] key, StixKind kind, IndicatorVersion version)
    {
        if (_known.TryGetValue(key, out var known))
        {
            if (version.Created < known.Version.Created)
            {
                known.Version = known.Version with { Created = version.Created };
            }

            return known;
        }

        return Learn(new KnownIndicator(key, kind, version));
    }

    /// <summary>A window from the state; one that is closed already goes out.</summary>
    public void Restore(OpenWindow window)
    {
        window.IsStored = true;
        window.Indicator.IsOwn = true;
        if (window.ClosesAt <= window.Owner.Watermark)
        {
            window.IsClosed = true;
            _outbox.Add(new Emission(window.Indicator, window.Indicator.Version, window, -1));
            return;
        }

        Link(window);
    }

    /// <summary>An indicator of the state whose newest version may not have been told.</summary>
    public void Retell(KnownIndicator indicator)
    {
        if (!indicator.IsUnsent)
        {
            indicator.IsUnsent = true;
            _outbox.Add(new Emission(indicator, indicator.Version, null, -1));
        }
    }

    /// <summary>Counts an observation unless it was counted before.</summary>
    /// <param name="windows">Its partition.</param>
    /// <param name="offset">Its record's offset.</param>
    /// <param name="timestamp">Its record's Kafka timestamp, milliseconds since 1970; 0 or less when it has none.</param>
    /// <param name="record">The record's place in the batch.</param>
    /// <param name="observation">What was seen.</param>
    public void Observe(PartitionWindows windows, long offset, long timestamp, int record, in Observation observation)
    {
        if (offset < windows.Next)
        {
            Figures.Replayed++;
            return;
        }

        Figures.Observed++;
        var time = observation.Time;
        if (timestamp > 0 && time - timestamp > (long)_options.ClockTolerance.TotalMilliseconds)
        {
            Figures.ClockBounded++;
            time = timestamp;
        }

        Advance(windows, time - (long)_options.Lateness.TotalMilliseconds, record);
        var indicator = Indicator(observation, time, record);
        var window = WindowOf(windows, indicator, offset, time);
        window.Add(time);
        _changes.Change(window);
    }

    /// <summary>Everything below an offset is counted.</summary>
    public void Cover(PartitionWindows windows, long next)
    {
        if (next > windows.Next)
        {
            windows.Next = next;
            _changes.Change(windows);
        }
    }

    /// <summary>No event before a time is expected any more: windows close.</summary>
    public void Advance(PartitionWindows windows, long watermark, int record)
    {
        if (watermark <= windows.Watermark)
        {
            return;
        }

        windows.Watermark = watermark;
        if (watermark >= windows.NextClose)
        {
            Close(windows, record, window => window.ClosesAt <= watermark);
            if (windows.Length > WindowLength && Bytes < _options.MaxBytes / 2)
            {
                windows.Length = WindowLength;
            }
        }
    }

    /// <summary>Stays below the limit: merges and closes windows, and forgets the indicators seen longest ago. No event is lost by it.</summary>
    public void Relieve()
    {
        if (Bytes <= _options.MaxBytes)
        {
            return;
        }

        // Down to nine tenths, so that not every batch has to.
        var goal = _options.MaxBytes / 10 * 9;
        if (_openBytes > goal / 2)
        {
            Widen();
        }

        if (_openBytes > goal / 2)
        {
            CloseSmallest((_openBytes - (goal / 2)) / OpenWindow.Bytes);
        }

        Forget(goal);
    }

    /// <summary>All of the outbox is delivered.</summary>
    public void Told()
    {
        foreach (var (indicator, version, window, _) in _outbox)
        {
            if (window is not null)
            {
                _changes.Remove(window);
            }
            else if (indicator.IsUnsent && indicator.Version == version)
            {
                indicator.IsUnsent = false;
                _changes.Change(indicator);
            }
        }

        _outbox.Clear();
    }

    private KnownIndicator Indicator(in Observation observation, long time, int record)
    {
        var key = observation.Key;
        if (!_lookup.TryGetValue(key, out var known))
        {
            var kind = StixKind.Of(key[0])!;
            known = Learn(new KnownIndicator(key.ToArray(), kind, IndicatorVersion.First(kind, observation, time, _techniques)));
            Tell(known, record);
        }
        else if (!known.Version.Covers(known.Kind, observation, time))
        {
            known.Version = known.Version.With(known.Kind, observation, time, _techniques);
            Tell(known, record);
        }

        known.IsOwn = true;
        known.LastSeen = Math.Max(known.LastSeen, time);
        return known;
    }

    private void Tell(KnownIndicator indicator, int record)
    {
        indicator.IsUnsent = true;
        _changes.Change(indicator);
        _outbox.Add(new Emission(indicator, indicator.Version, null, record));
    }

    private OpenWindow WindowOf(PartitionWindows windows, KnownIndicator indicator, long offset, long time)
    {
        for (var open = indicator.Windows; open is not null; open = open.Next)
        {
            if (open.Owner == windows && time >= open.Start && time < open.End)
            {
                return open;
            }
        }

        var start = windows.StartOf(time);
        var end = start + windows.Length;
        if (end <= windows.Watermark)
        {
            Figures.Late++;

            // A further part of a closed window collects what comes late until the span at hand ends.
            end = windows.StartOf(windows.Watermark) + windows.Length;
        }

        var window = new OpenWindow(windows, indicator, offset) { Start = start, Length = windows.Length, ClosesAt = end };
        Link(window);
        return window;
    }

    private void Close(PartitionWindows windows, int record, Predicate<OpenWindow> picks)
    {
        var closed = windows.Take(picks);
        closed.Sort(static (a, b) => (a.End, a.FirstOffset).CompareTo((b.End, b.FirstOffset)) is var order and not 0 ? order : a.Indicator.Key.AsSpan().SequenceCompareTo(b.Indicator.Key));
        foreach (var window in closed)
        {
            Unlink(window);
            window.IsClosed = true;
            _outbox.Add(new Emission(window.Indicator, window.Indicator.Version, window, record));
        }

        _changes.Change(windows);
    }

    /// <summary>Doubles the windows of each partition; a value's windows in the same new span become one.</summary>
    private void Widen()
    {
        foreach (var windows in _partitions.Values)
        {
            if (windows.Length * 2 > (long)AggregationOptions.LongestWindow.TotalMilliseconds)
            {
                continue;
            }

            windows.Length *= 2;
            _changes.Change(windows);
            var kept = new Dictionary<(KnownIndicator, long), OpenWindow>();
            foreach (var window in windows.Take(static _ => true).OrderBy(static window => window.FirstOffset))
            {
                Unlink(window);
                window.Start = windows.StartOf(window.Start);
                window.Length = windows.Length;
                window.ClosesAt = Math.Max(window.ClosesAt, window.End);
                if (!kept.TryAdd((window.Indicator, window.Start), window))
                {
                    kept[(window.Indicator, window.Start)].Absorb(window);
                    _changes.Remove(window);
                    Figures.Merged++;
                }
            }

            foreach (var window in kept.Values)
            {
                Link(window);
                _changes.Change(window);
            }
        }
    }

    /// <summary>Closes the windows with the fewest events; what comes later is a further part.</summary>
    private void CloseSmallest(long number)
    {
        var smallest = _partitions.Values.SelectMany(static windows => windows.Open)
            .OrderBy(static window => window.Count).ThenBy(static window => window.FirstOffset).Take((int)number).ToHashSet();
        foreach (var windows in _partitions.Values)
        {
            Close(windows, -1, smallest.Contains);
        }

        foreach (var window in smallest)
        {
            window.ClosesAt = long.MinValue;
            _changes.Change(window);
        }

        Figures.ClosedEarly += smallest.Count;
    }

    private void Forget(long goal)
    {
        if (Bytes <= goal)
        {
            return;
        }

        var needed = _outbox.Select(static emission => emission.Indicator).ToHashSet();
        foreach (var indicator in _known.Values.Where(one => one.Windows is null && !needed.Contains(one)).OrderBy(static one => one.LastSeen).ToList())
        {
            _known.Remove(indicator.Key);
            _knownBytes -= indicator.Bytes;
            Figures.Forgotten++;
            if (indicator.IsOwn)
            {
                _changes.Remove(indicator);
            }

            if (Bytes <= goal)
            {
                return;
            }
        }
    }

    private KnownIndicator Learn(KnownIndicator indicator)
    {
        _known.Add(indicator.Key, indicator);
        _knownBytes += indicator.Bytes;
        return indicator;
    }

    private void Link(OpenWindow window)
    {
        window.Indicator.Link(window);
        window.Owner.Add(window);
        _openBytes += OpenWindow.Bytes;
    }

    private void Unlink(OpenWindow window)
    {
        window.Indicator.Unlink(window);
        _openBytes -= OpenWindow.Bytes;
    }
}
