using System.Text;
using CsCheck;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.UnitTests.Enrichment.Scanning;

/// <summary>The scanner against <see cref="ReferenceScan"/>: same verdict, slots, unmapped members and flags.</summary>
public sealed class JsonScannerAgreementTests
{
    private static readonly ScanPlan Plan = TestPlans.Samples();
    private readonly ScanState _state = new();

    [Fact]
    public void Scan_finds_what_Utf8JsonReader_finds_in_every_sample()
    {
        Assert.True(TestPlans.Lines.Count >= 24);
        foreach (var line in TestPlans.Lines)
        {
            Assert.Equal(ScanStatus.Ok, ReferenceScan.Of(line, Plan).Status);
            AssertAgrees(line);
        }
    }

    [Fact]
    public void Scan_agrees_on_samples_of_which_one_byte_is_changed()
    {
        // Bytes that mean something to a JSON reader, and some that are wrong nearly everywhere.
        var bytes = "\"\\{}[],:019.eE+-/ u\t\r\nt\x01\x7f\0"u8.ToArray().Concat<byte>([0x80, 0xc3, 0xff]).ToArray();
        var valid = 0;
        var mutants = 0;
        foreach (var line in TestPlans.Lines)
        {
            for (var i = 0; i < line.Length; i++)
            {
                for (var j = 0; j < 5; j++)
                {
                    var mutant = (byte[])line.Clone();
                    mutant[i] = bytes[((i * 5) + j) % bytes.Length];
                    valid += AssertAgrees(mutant) == ScanStatus.Ok ? 1 : 0;
                    mutants++;
                }
            }
        }

        Assert.InRange(valid, mutants / 10, mutants * 9 / 10);
    }

    [Fact]
    public void Scan_agrees_on_samples_that_are_cut_off_or_miss_a_byte()
    {
        foreach (var line in TestPlans.Lines)
        {
            for (var i = 0; i < line.Length; i++)
            {
                AssertAgrees(line[..i]);
                AssertAgrees([.. line[..i], .. line[(i + 1)..]]);
            }
        }
    }

    [Fact]
    public void Scan_agrees_on_generated_documents() =>
        JsonGenerator.Documents.Sample(
            text =>
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                ScanResult.AssertSame(ReferenceScan.Of(bytes, Plan), ScanResult.Of(bytes, Plan, new ScanState()), bytes);
            },
            iter: 2000);

    [Fact]
    public void Scan_agrees_whatever_was_scanned_before_by_the_same_worker()
    {
        // Expected names are learnt from one event and tried on the next: the order of events and plans must not matter.
        var other = TestPlans.Of("src_ip alert/src_ip", "uid", "a/b", "dns/answers", "event_type");
        Gen.Select(JsonGenerator.Documents, Gen.Bool).Array[2, 12].Sample(
            events =>
            {
                var state = new ScanState();
                foreach (var (text, isOther) in events)
                {
                    var bytes = Encoding.UTF8.GetBytes(text);
                    var plan = isOther ? other : Plan;
                    ScanResult.AssertSame(ReferenceScan.Of(bytes, plan), ScanResult.Of(bytes, plan, state), bytes);
                }
            },
            iter: 500);
    }

    private ScanStatus AssertAgrees(byte[] text)
    {
        var expected = ReferenceScan.Of(text, Plan);
        ScanResult.AssertSame(expected, ScanResult.Of(text, Plan, _state), text);
        return expected.Status;
    }
}
