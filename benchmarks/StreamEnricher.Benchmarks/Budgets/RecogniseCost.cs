using StreamEnricher.Benchmarks.Enriching;

namespace StreamEnricher.Benchmarks.Budgets;

/// <summary>What <c>format: auto</c> costs an event: the same enrichment to ECS with the format declared and recognised among all shipped formats.</summary>
internal static class RecogniseCost
{
    private static readonly string[] Formats = ["detection", "suricata_eve", "zeek", "cloudtrail", "windows"];

    /// <summary>Prints the times.</summary>
    public static int Run()
    {
        foreach (var format in Formats)
        {
            var (declared, recognised) = (new EventSet(format, recognised: false, "ecs"), new EventSet(format, recognised: true, "ecs"));
            var times = ShortestTimes.Of(() => declared.Tokenise(), () => declared.Enrich(), () => recognised.Enrich());
            var each = Array.ConvertAll(times, static time => time.TotalNanoseconds / EventSet.Count);
            Console.WriteLine($"{format,-14} tokenise {each[0],6:0} ns, declared {each[1],6:0} ns, recognised {each[2],6:0} ns: {each[2] - each[1],4:0} ns an event, {(each[2] - each[1]) / each[0]:0.00} of tokenise");
        }

        return 0;
    }
}
