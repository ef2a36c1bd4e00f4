using StreamEnricher.Testing.Enrichment;

namespace StreamEnricher.UnitTests.Enrichment.Enriching;

public sealed class ConditionMemoryTests
{
    private const string Format = """
        format: acme
        vendor_namespace: acme
        cases:
          - name: long
            when: { kind: abcdef }
            event: { type: { value: whole } }
          - name: prefix
            when: { kind|startswith: abc }
            event: { type: { value: begins } }
          - name: contains
            when: { note|contains: needle }
            event: { type: { value: holds } }
          - name: present
            when: { mark|exists: true }
            event: { type: { value: marked } }
        """;

    [Fact]
    public async Task Events_that_differ_only_where_a_condition_looks_get_cases_of_their_own()
    {
        using var bench = new EnrichmentBench([Format], "acme");
        string[] events =
        [
            """{"kind":"abcdef"}""", """{"kind":"abcdefg"}""", """{"kind":"abcde"}""", """{"kind":"\u0061bc"}""", """{"kind":"ab"}""", """{"kind":["x","abcdef"]}""",
            """{"note":"a needle"}""", """{"note":"a nail"}""", """{"mark":null}""", """{"kind":""}""", """{"kind":"x","mark":1}""", """{}""",
        ];
        string[] expected = ["whole", "begins", "begins", "begins", "acme", "whole", "holds", "acme", "marked", "acme", "marked", "acme"];

        // The second time every answer is remembered.
        var texts = await bench.EnrichAsync([.. events, .. events]);

        Assert.Equal([.. expected, .. expected], Enumerable.Range(0, 2 * events.Length).Select(i => (string?)texts.Event(i)["event_type"]));
    }

    [Fact]
    public async Task More_kinds_of_events_than_are_remembered_are_told_apart_all_the_same()
    {
        using var bench = new EnrichmentBench([Format], "acme");
        var events = Enumerable.Range(0, 900).Select(i => $$"""{"note":"{{(i % 3 == 0 ? "needle" : "nail")}} {{i}}"}""").ToArray();

        var texts = await bench.EnrichAsync([.. events, .. events]);

        Assert.All(Enumerable.Range(0, 1800), i => Assert.Equal(i % 900 % 3 == 0 ? "holds" : "acme", (string?)texts.Event(i)["event_type"]));
    }
}
