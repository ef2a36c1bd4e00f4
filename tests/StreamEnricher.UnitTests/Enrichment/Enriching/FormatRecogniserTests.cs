using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Formats.Decoding;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Enrichment.Enriching;

/// <summary>What a worker has seen makes recognising cheaper and never changes the answer.</summary>
public sealed class FormatRecogniserTests
{
    private static readonly FormatCatalog Formats = Load();

    private readonly FormatRecogniser _recogniser = Formats.Recogniser();
    private readonly ScanState _state = new();
    private readonly EventDecoder _decoder = new();
    private RecogniserMemory? _memory;

    [Fact]
    public void An_event_of_the_expected_format_is_scanned_once()
    {
        foreach (var (format, text) in Samples())
        {
            Assert.Equal(format, Recognise(text).Format);
            Assert.Equal((format, true), Recognise(text));
        }
    }

    [Fact]
    public void Producers_that_take_turns_do_not_change_each_others_answers()
    {
        foreach (var (format, text) in Samples().Concat(Samples().Reverse()))
        {
            Assert.Equal(format, Recognise(text).Format);
        }
    }

    [Theory]
    [InlineData("""{"EventID":1,"Event":{"System":{"EventID":2,"Channel":"Security"}},"Channel":"Security"}""")]
    [InlineData("""{"Event":{"System":{"EventID":{"#text":4624},"Channel":"Security"}}}""")]
    [InlineData("""{"event_type":"alert","event_type":"threat","timestamp":"2026-01-02T03:04:05Z","severity":"high"}""")]
    [InlineData("""{"rule":{"id":"5710","level":5},"rule.level":3,"agent":{"id":"001"},"manager":{"name":"m"},"timestamp":"2026-01-02T03:04:05Z"}""")]
    [InlineData("""{"id":{"orig_h":"10.0.0.1"},"id.orig_h":"10.0.0.2","uid":"C1","ts":1.5}""")]
    [InlineData("""{"unknown":1}""")]
    [InlineData("""{"message":"CEF:0|ACME|IDS|1|100|Scan|5|src=10.0.0.1"}""")]
    public void The_format_is_the_same_whichever_was_expected(string text)
    {
        var expected = Recognise(text).Format;
        Assert.All(Formats.Plans, plan => Assert.Equal(expected, Recognise(text, plan).Format));
    }

    [Fact]
    public void What_is_no_event_is_refused_at_the_same_byte_whatever_came_before()
    {
        var cut = Samples().First().Text[..^1];
        Recognise(cut, isRefused: true);
        var at = _state.ErrorAt;
        Assert.All(Formats.Plans, plan =>
        {
            Recognise(cut, plan, isRefused: true);
            Assert.Equal(at, _state.ErrorAt);
        });
    }

    /// <param name="text">Event.</param>
    /// <param name="expected">The format whose scan is tried first; null: that of the last event that began alike.</param>
    /// <param name="isRefused">It is no event.</param>
    private (string Format, bool IsScanned) Recognise(string text, FormatPlan? expected = null, bool isRefused = false)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var buffer = new byte[bytes.Length + EventBatch.Padding];
        bytes.CopyTo(buffer, 0);
        buffer[bytes.Length] = (byte)'\n';
        var source = new EventText(buffer, 0, bytes.Length);
        if (expected is not null)
        {
            _memory!.Expected(source) = expected;
        }

        var plan = _recogniser.Recognise(ref source, 0, _state, _decoder, ref _memory, out var status, out _, out var isScanned);
        Assert.Equal(isRefused, status != ScanStatus.Ok);
        return (plan.Name, isScanned);
    }

    private static IEnumerable<(string Format, string Text)> Samples() =>
        Directory.EnumerateFiles(Repository.PathOf("data", "samples"), "*.ndjson").Order(StringComparer.Ordinal)
            .SelectMany(file => File.ReadLines(file).Select(line => (Path.GetFileNameWithoutExtension(file), line)));

    private static FormatCatalog Load()
    {
        var problems = new List<FormatProblem>();
        return FormatCatalog.Load([Repository.PathOf("pipelines", "formats")], problems, recognises: true) ?? throw new InvalidOperationException(string.Join('\n', problems));
    }
}
