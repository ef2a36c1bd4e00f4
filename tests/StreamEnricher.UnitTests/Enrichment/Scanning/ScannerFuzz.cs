using System.Diagnostics;
using System.Globalization;
using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.UnitTests.Enrichment.Scanning;

/// <summary>
/// The scanner against Utf8JsonReader on mutated events, as many as one likes: the verdict on each, all that was found on every 50th. Runs by command only
/// (<c>-explicit only</c>); FUZZ_INPUTS, FUZZ_SECONDS and FUZZ_SEED say how many, for how long at most, and which.
/// </summary>
public sealed class ScannerFuzz(ITestOutputHelper output)
{
    private const int FullEvery = 50;
    private static readonly byte[] Bytes = [.. "\"\\{}[],:019.eE+-/ u\t\r\nt\x01\x7f\0nfla"u8, 0x80, 0xc3, 0xff, 0xed, 0xa0, 0xe2];
    private readonly ScanPlan _plan = TestPlans.Samples();
    private long _inputs;
    private long _valid;
    private volatile string? _difference;

    [Fact(Explicit = true)]
    public void Mutated_events_are_judged_as_Utf8JsonReader_judges_them()
    {
        var (wanted, seconds, seed) = (Number("FUZZ_INPUTS", 1_000_000), Number("FUZZ_SECONDS", 1200), (int)Number("FUZZ_SEED", 1));
        var clock = Stopwatch.StartNew();
        Parallel.For(0, Environment.ProcessorCount, worker => Work(new Random(seed + worker), () => Interlocked.Read(ref _inputs) < wanted && clock.Elapsed.TotalSeconds < seconds));

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_inputs:N0} inputs in {clock.Elapsed.TotalSeconds:N0} s ({_inputs / clock.Elapsed.TotalSeconds:N0}/s), {_valid:N0} of them valid, seed {seed}, {_inputs / FullEvery:N0} compared in full"));
        Assert.True(_difference is null, _difference);
    }

    private void Work(Random random, Func<bool> goesOn)
    {
        var state = new ScanState();
        var buffer = new byte[64 << 10];
        for (var i = 0; _difference is null && (i % 256 != 0 || goesOn()); i++)
        {
            var text = Mutant(random);
            var expected = ReferenceScan.StatusOf(text);
            text.CopyTo(buffer, 1);
            buffer.AsSpan(1 + text.Length, EventBatch.Padding).Fill((byte)'"');
            buffer[1 + text.Length] = (byte)'\n';
            var actual = JsonScanner.Scan(buffer, 1, text.Length, _plan, state);
            if (actual != expected)
            {
                _difference = $"{actual} where Utf8JsonReader says {expected}: {Convert.ToHexString(text)} ({Encoding.UTF8.GetString(text)})";
            }
            else if (i % FullEvery == 0)
            {
                ScanResult.AssertSame(ReferenceScan.Of(text, _plan), ScanResult.Of(text, _plan, state), text);
            }

            Interlocked.Increment(ref _inputs);
            Interlocked.Add(ref _valid, actual == ScanStatus.Ok ? 1 : 0);
        }
    }

    /// <summary>One to four edits of an event: a byte changed, left out or put in, a part doubled, moved or cut off, another event's part.</summary>
    private static byte[] Mutant(Random random)
    {
        var text = TestPlans.Lines[random.Next(TestPlans.Lines.Count)].ToList();
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            var at = random.Next(text.Count + 1);
            var length = Math.Min(random.Next(1, 40), text.Count - at);
            switch (random.Next(7))
            {
                case 0 or 1 when at < text.Count:
                    text[at] = Bytes[random.Next(Bytes.Length)];
                    break;
                case 2 when at < text.Count:
                    text[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    text.RemoveRange(at, Math.Max(0, length));
                    break;
                case 4:
                    text.Insert(at, Bytes[random.Next(Bytes.Length)]);
                    break;
                case 5:
                    text.InsertRange(random.Next(text.Count + 1), text.GetRange(at, Math.Max(0, length)));
                    break;
                default:
                    var other = TestPlans.Lines[random.Next(TestPlans.Lines.Count)];
                    var from = random.Next(other.Length);
                    text.InsertRange(at, other.AsSpan(from, Math.Min(length < 1 ? 1 : length, other.Length - from)));
                    break;
            }
        }

        return [.. text];
    }

    private static long Number(string variable, long usual) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : usual;
}
