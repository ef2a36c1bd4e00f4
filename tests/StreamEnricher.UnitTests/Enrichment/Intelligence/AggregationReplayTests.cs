using CsCheck;

namespace StreamEnricher.UnitTests.Enrichment.Intelligence;

/// <summary>The same records give the same objects, however they are cut into batches, and whatever crashes when.</summary>
public sealed class AggregationReplayTests
{
    private static readonly Gen<Seen> Event = Gen.Select(
        Gen.Long[0, 5 * AggregationRig.Hour], Gen.Int[1, 4], Gen.Int[0, 100], Gen.Int[0, 3].Array[0, 2],
        static (time, value, severity, techniques) => new Seen(time, $"198.51.100.{value}") { Severity = severity, Confidence = severity, Techniques = [.. techniques.Distinct()] });

    private static readonly Gen<Seen[]> Events = Event.Array[1, 40];

    [Fact]
    public void Any_cut_gives_the_same_objects() => Gen.Select(Events, Gen.Int[1, 7]).Sample(
        static (events, cut) => Run(events, events.Length + 1, []).Distinct.SetEquals(Run(events, cut, []).Distinct), iter: 300);

    /// <summary>Of an indicator that changes within the batch that crashes only the newest version may come: it says all that the others do.</summary>
    [Fact]
    public void A_crash_at_any_step_gives_the_same_sightings_and_no_object_twice_in_two_ways() => Gen.Select(Events, Gen.Int[1, 7], Gen.Int[0, 30].Array[0, 4]).Sample(
        static (events, cut, crashes) =>
        {
            var (whole, crashed) = (Run(events, events.Length + 1, []), Run(events, cut, crashes));
            return whole.Sightings.SequenceEqual(crashed.Sightings)
                && crashed.Distinct.IsSubsetOf(whole.Distinct)
                && Lasting(whole).SetEquals(Lasting(crashed));
        },
        iter: 500);

    /// <summary>All but the versions of indicators that later ones replaced.</summary>
    private static HashSet<string> Lasting(AggregationRig rig) =>
    [
        .. rig.Objects.GroupBy(static one => (string)one["id"]!).Select(
            static versions => versions.MaxBy(static one => (string?)one["modified"] ?? "", StringComparer.Ordinal)!.ToJsonString()),
    ];

    /// <summary>Delivers events in batches; at each of the numbered steps the process dies, and another one goes on where the last batch was settled.</summary>
    private static AggregationRig Run(Seen[] events, int cut, int[] crashes)
    {
        var rig = new AggregationRig();
        var step = 0;
        rig.Step = rig.Store.Step = () =>
        {
            if (crashes.Contains(step++))
            {
                throw new InvalidOperationException("the process dies");
            }
        };
        Seen[] all = [.. events, new Seen(100 * AggregationRig.Hour, "198.51.100.9")];
        for (var at = 0; at < all.Length;)
        {
            var next = Math.Min(all.Length, at + cut);
            try
            {
                rig.DeliverAsync(at, all[at..next]).GetAwaiter().GetResult();
                at = next;
            }
            catch (InvalidOperationException)
            {
                rig.RestartAsync().GetAwaiter().GetResult();
            }
        }

        rig.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return rig;
    }
}
