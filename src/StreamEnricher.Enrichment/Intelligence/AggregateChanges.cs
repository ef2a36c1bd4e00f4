using StreamEnricher.Core.Intelligence;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>What the state does not have yet. For one thread at a time.</summary>
internal sealed class AggregateChanges
{
    private readonly List<KnownIndicator> _indicators = [];
    private readonly List<OpenWindow> _windows = [];
    private readonly List<PartitionWindows> _partitions = [];
    private readonly List<(byte[] Key, PartitionWindows? Owner)> _removed = [];

    /// <summary>The state has everything.</summary>
    public bool IsEmpty => _indicators.Count == 0 && _windows.Count == 0 && _partitions.Count == 0 && _removed.Count == 0;

    /// <summary>An indicator has to be written.</summary>
    public void Change(KnownIndicator indicator)
    {
        if (!indicator.IsChanged)
        {
            indicator.IsChanged = true;
            _indicators.Add(indicator);
        }
    }

    /// <summary>A window has to be written.</summary>
    public void Change(OpenWindow window)
    {
        if (!window.IsChanged)
        {
            window.IsChanged = true;
            _windows.Add(window);
        }
    }

    /// <summary>A partition has to be written.</summary>
    public void Change(PartitionWindows windows)
    {
        if (!windows.IsChanged)
        {
            windows.IsChanged = true;
            _partitions.Add(windows);
        }
    }

    /// <summary>An indicator has to go.</summary>
    public void Remove(KnownIndicator indicator)
    {
        indicator.IsChanged = false;
        _removed.Add((AggregateCodec.KeyOf(indicator), null));
    }

    /// <summary>A window has to go.</summary>
    public void Remove(OpenWindow window)
    {
        window.IsChanged = false;
        if (window.IsStored)
        {
            _removed.Add((AggregateCodec.KeyOf(window), window.Owner));
        }
    }

    /// <summary>A key of the state that nothing can be made of has to go.</summary>
    public void Remove(byte[] key) => _removed.Add((key, null));

    /// <summary>Forgets what is of a partition.</summary>
    public void Drop(PartitionWindows windows)
    {
        _windows.RemoveAll(window => window.Owner == windows);
        _partitions.Remove(windows);
        _removed.RemoveAll(one => one.Owner == windows);
    }

    /// <summary>The records to write, all or none.</summary>
    public List<AggregateRecord> Records()
    {
        var records = new List<AggregateRecord>(_removed.Count + _indicators.Count + _windows.Count + _partitions.Count);
        records.AddRange(_removed.Select(static one => new AggregateRecord(one.Key, null)));
        records.AddRange(_indicators.Where(static one => one.IsChanged).Select(AggregateCodec.Write));
        records.AddRange(_windows.Where(static one => one.IsChanged).Select(AggregateCodec.Write));
        records.AddRange(_partitions.Select(AggregateCodec.Write));
        return records;
    }

    /// <summary>The state has it all.</summary>
    public void Written()
    {
        _indicators.ForEach(static one => one.IsChanged = false);
        _partitions.ForEach(static one => one.IsChanged = false);
        foreach (var window in _windows.Where(static one => one.IsChanged))
        {
            (window.IsChanged, window.IsStored) = (false, true);
        }

        _indicators.Clear();
        _windows.Clear();
        _partitions.Clear();
        _removed.Clear();
    }
}
