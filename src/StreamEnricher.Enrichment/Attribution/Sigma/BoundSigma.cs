using System.Collections.Concurrent;
using System.IO.Hashing;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Attribution.Sigma.Correlating;
using StreamEnricher.Enrichment.Attribution.Sigma.Matching;
using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Attribution.Sigma;

/// <summary>The rules that may apply to one format's events, and the way to those that apply to one of them.</summary>
/// <remarks>Which groups apply depends on few fields (of Windows: channel, number and kind of event); what was found for their values is kept.</remarks>
internal sealed class BoundSigma : BoundProvider
{
    /// <summary>Values of the routing fields that are remembered; a format that routes by a field of many values is routed anew each time.</summary>
    private const int MostRemembered = 4096;

    /// <summary>Stands for fields that are the same whatever the route.</summary>
    private const int EveryRoute = -1;

    private readonly SigmaBinding _binding;
    private readonly Correlator? _correlator;
    private readonly IReadOnlyList<RuleGroup> _groups;
    private readonly int[] _routingSlots;
    private readonly int[][] _fields;
    private readonly Dictionary<(int Route, string Name), int> _fieldOf = [];
    private readonly ConcurrentDictionary<UInt128, BoundGroup[]> _remembered = new();

    public BoundSigma(SigmaBinding binding, IReadOnlyList<RuleGroup> groups, Correlator? correlator)
    {
        _correlator = correlator;
        _binding = binding;
        _groups = groups;
        _routingSlots = [.. binding.Routes.SelectMany(route => route.Slots).SelectMany(slots => slots).Distinct()];
        var fields = new List<int[]>();
        foreach (var (route, all) in binding.Routes.Select((route, index) => (index, route.Fields)).Prepend((EveryRoute, binding.Fields)))
        {
            foreach (var (name, slots) in all)
            {
                _fieldOf[(route, name)] = fields.Count;
                fields.Add(slots);
            }
        }

        _fields = [.. fields];
    }

    /// <inheritdoc />
    public override void Collect(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, in AttributionContext context, AttributionScratch scratch)
    {
        var groups = Route(buffer, slots);
        if (groups.Length == 0)
        {
            return;
        }

        var matcher = new GroupMatcher(buffer, slots, context, _fields, scratch.Sigma, _correlator);
        foreach (var group in groups)
        {
            matcher.Run(group.Group, group.FieldOf, scratch);
        }
    }

    private BoundGroup[] Route(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots)
    {
        Span<byte> key = stackalloc byte[512];
        var length = 0;
        foreach (var index in _routingSlots)
        {
            var token = slots[index].Token(buffer);
            if (length + token.Length + 1 > key.Length)
            {
                return RouteAnew(buffer, slots);
            }

            token.CopyTo(key[length..]);
            length += token.Length;
            key[length++] = 0;
        }

        var hash = XxHash128.HashToUInt128(key[..length]);
        if (!_remembered.TryGetValue(hash, out var groups))
        {
            groups = RouteAnew(buffer, slots);
            if (_remembered.Count < MostRemembered)
            {
                _remembered.TryAdd(hash, groups);
            }
        }

        return groups;
    }

    private BoundGroup[] RouteAnew(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots)
    {
        var taken = new List<int>();
        for (var index = 0; index < _binding.Routes.Count; index++)
        {
            var route = _binding.Routes[index];
            var reader = new RouteReader(buffer, slots, route.Slots);
            if (route.When is not { } when || when.Matches(ref reader))
            {
                taken.Add(index);
            }
        }

        return [.. _groups.Select(group => BindGroup(group, taken)).OfType<BoundGroup>()];
    }

    /// <summary>A group for events that took some routes; null when it is not for them. The first route of its category says where its fields are.</summary>
    private BoundGroup? BindGroup(RuleGroup group, List<int> taken)
    {
        var category = taken.FindIndex(route => _binding.Routes[route].Route.Category == group.Logsource.Category);
        var service = taken.FindIndex(route => _binding.Routes[route].Route.Service == group.Logsource.Service);
        if ((group.Logsource.Category is not null && category < 0) || (group.Logsource.Service is not null && service < 0))
        {
            return null;
        }

        var route = group.Logsource.Category is not null ? taken[category] : group.Logsource.Service is not null ? taken[service] : EveryRoute;
        return new BoundGroup(group, [.. group.Fields.Select(name => _fieldOf.TryGetValue((route, name), out var own) ? own : _fieldOf[(EveryRoute, name)])]);
    }

    /// <summary>A group, and the format's field for each of its own.</summary>
    private sealed record BoundGroup(RuleGroup Group, int[] FieldOf);

    /// <summary>Lets a condition read fields that may stand in several slots.</summary>
    private readonly ref struct RouteReader(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, int[][] slotsOf) : IFieldReader
    {
        private readonly ReadOnlySpan<byte> _buffer = buffer;
        private readonly ReadOnlySpan<Slot> _slots = slots;
        private readonly int[][] _slotsOf = slotsOf;

        /// <inheritdoc />
        public FieldToken Get(int field)
        {
            var slot = FieldSlots.First(_slotsOf[field], _slots);
            return new FieldToken(slot.Token(_buffer), slot.Kind);
        }
    }
}
