using System.Text.Json;

namespace StreamEnricher.Cli.Api.Taxii;

/// <summary>A page of what was asked for.</summary>
/// <param name="Objects">In the order in which they were added.</param>
/// <param name="More">There are more.</param>
internal sealed record ObjectPage(IReadOnlyList<ServedObject> Objects, bool More);

/// <summary>
/// The STIX objects that are served, in the order in which they were added; bounded in bytes. Thread-safe.
/// </summary>
/// <remarks>
/// A version that is there already changes nothing, so what repeats in the topic (identity, marking, attack-pattern) is added once. When room is needed, the
/// oldest objects go; those that others refer to for long go last. Until <see cref="CaughtUp"/> records come partition by partition and are put in the
/// order of their time at the end, so that a restart gives the same order.
/// </remarks>
internal sealed class ObjectStore(long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<ServedObject>> _byId = new(StringComparer.Ordinal);
    private readonly PriorityQueue<ServedObject, long> _passing = new();
    private readonly PriorityQueue<ServedObject, long> _lasting = new();
    private List<ServedObject> _ordered = [];
    private bool _isCaughtUp;
    private long _lastAdded = long.MinValue;
    private int _gone;

    /// <summary>All that was in the topic at the start is there.</summary>
    public bool IsCaughtUp
    {
        get
        {
            lock (_gate)
            {
                return _isCaughtUp;
            }
        }
    }

    /// <summary>Bytes in use.</summary>
    public long Bytes { get; private set; }

    /// <summary>Versions that are served.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _ordered.Count - _gone;
            }
        }
    }

    /// <summary>Adds an object; false when it is no STIX object, or too large to be kept.</summary>
    /// <param name="json">The object.</param>
    /// <param name="moment">When it was written.</param>
    public bool Add(byte[] json, DateTimeOffset moment)
    {
        if (Read(json, moment) is not { } added || added.Bytes > maxBytes)
        {
            return false;
        }

        lock (_gate)
        {
            if (!_byId.TryGetValue(added.Id, out var versions))
            {
                _byId[added.Id] = versions = [];
            }

            var place = versions.FindLastIndex(one => one.Version <= added.Version) + 1;
            if (place > 0 && versions[place - 1].Version == added.Version)
            {
                return true;
            }

            versions.Insert(place, added);
            if (_isCaughtUp)
            {
                added.Added = _lastAdded = Math.Max(_lastAdded + 1, added.Added);
            }

            _ordered.Add(added);
            Bytes += added.Bytes;
            (IsLasting(added.Type) ? _lasting : _passing).Enqueue(added, added.Added);
            MakeRoom();
        }

        return true;
    }

    /// <summary>Takes all versions of an object out.</summary>
    public void Remove(string id)
    {
        lock (_gate)
        {
            foreach (var version in _byId.TryGetValue(id, out var versions) ? versions.ToList() : [])
            {
                TakeOut(version);
            }
        }
    }

    /// <summary>All that was in the topic at the start has been added.</summary>
    public void CaughtUp()
    {
        lock (_gate)
        {
            // A stable sort: what was written in the same millisecond stays in the order of reading.
            _ordered = [.. _ordered.Where(static one => !one.IsGone).OrderBy(static one => one.Added)];
            _gone = 0;
            foreach (var one in _ordered)
            {
                one.Added = _lastAdded = Math.Max(_lastAdded + 1, one.Added);
            }

            _isCaughtUp = true;
        }
    }

    /// <summary>There is a version of the object.</summary>
    public bool Has(string id, IReadOnlySet<string>? types)
    {
        lock (_gate)
        {
            return _byId.TryGetValue(id, out var versions) && versions.Count > 0 && types?.Contains(versions[0].Type) != false;
        }
    }

    /// <summary>A page of what a query asks for.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="types">Types of the collection; null: all.</param>
    /// <param name="maxPageBytes">Most bytes of the page, but for its first object.</param>
    public ObjectPage Page(TaxiiQuery query, IReadOnlySet<string>? types, long maxPageBytes)
    {
        var page = new List<ServedObject>();
        var bytes = 0L;
        lock (_gate)
        {
            foreach (var one in Candidates(query))
            {
                if (one.IsGone || one.Added <= query.AddedAfter || types?.Contains(one.Type) == false || !Matches(one, query))
                {
                    continue;
                }

                if (page.Count == query.Limit || (page.Count > 0 && bytes + one.Json.Length > maxPageBytes))
                {
                    return new ObjectPage(page, true);
                }

                page.Add(one);
                bytes += one.Json.Length;
            }
        }

        return new ObjectPage(page, false);
    }

    private static bool IsLasting(string type) => type is "identity" or "marking-definition" or "attack-pattern" or "extension-definition";

    private static ServedObject? Read(byte[] json, DateTimeOffset moment)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "id") is not { } id || Text(root, "type") is not { } type)
            {
                return null;
            }

            var version = Text(root, "modified") ?? Text(root, "created");
            return new ServedObject
            {
                Id = id,
                Type = type,
                SpecVersion = Text(root, "spec_version") ?? "2.1",
                VersionText = version ?? Moments.Text(Moments.Of(moment)),

                // An object without versions has one.
                Version = version is null ? 0 : Moments.Parse(version) ?? 0,
                Json = json,
                Added = Moments.Of(moment),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>What may match, in order: of ids few, else all that was added later.</summary>
    private IEnumerable<ServedObject> Candidates(TaxiiQuery query)
    {
        if (query.Ids is { } ids)
        {
            return ids.SelectMany(id => _byId.GetValueOrDefault(id) ?? []).OrderBy(static one => one.Added);
        }

        var (from, to) = (0, _ordered.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = _ordered[middle].Added <= query.AddedAfter ? (middle + 1, to) : (from, middle);
        }

        return _ordered.Skip(from);
    }

    private bool Matches(ServedObject one, TaxiiQuery query)
    {
        if (query.Types?.Contains(one.Type) == false || query.SpecVersions?.Contains(one.SpecVersion) == false)
        {
            return false;
        }

        var versions = _byId[one.Id];
        return query.All || (query.Last && ReferenceEquals(versions[^1], one)) || (query.First && ReferenceEquals(versions[0], one)) || query.Versions.Contains(one.Version);
    }

    private void MakeRoom()
    {
        while (Bytes > maxBytes && (_passing.TryDequeue(out var oldest, out _) || _lasting.TryDequeue(out oldest, out _)))
        {
            if (!oldest.IsGone)
            {
                TakeOut(oldest);
            }
        }
    }

    private void TakeOut(ServedObject one)
    {
        one.IsGone = true;
        Bytes -= one.Bytes;
        var versions = _byId[one.Id];
        versions.Remove(one);
        if (versions.Count == 0)
        {
            _byId.Remove(one.Id);
        }

        if (++_gone > _ordered.Count / 2)
        {
            _ordered.RemoveAll(static gone => gone.IsGone);
            _gone = 0;
        }
    }
}
