using System.Buffers.Text;
using System.Globalization;
using System.Text;
using HdrHistogram;
using StreamEnricher.Cli.Benching.Runs;

namespace StreamEnricher.LoadTests.Scenarios;

/// <summary>Counts what arrives at the receivers, and on demand how long each event was under way: its own time is when it was due to be written.</summary>
internal sealed class Arrivals
{
    private const long LongestMilliseconds = 3_600_000;
    private const int Digits = 3;
    private readonly Lock _gate = new();
    private readonly LongHistogram _latencies = new(LongestMilliseconds, Digits);
    private long _documents;
    private long _envelopes;

    /// <summary>Bulk documents so far.</summary>
    public long Documents => Interlocked.Read(ref _documents);

    /// <summary>HEC envelopes so far.</summary>
    public long Envelopes => Interlocked.Read(ref _envelopes);

    /// <summary>Times are looked at from now on.</summary>
    public bool IsMeasuring { get; set; }

    /// <summary>Takes a body.</summary>
    public void Take(bool isBulk, ReadOnlySpan<byte> body)
    {
        var lines = body.Count((byte)'\n');
        Interlocked.Add(ref isBulk ? ref _documents : ref _envelopes, isBulk ? lines / 2 : lines);
        if (IsMeasuring)
        {
            Measure(body, isBulk ? "{\"@timestamp\":\""u8 : "{\"time\":"u8, isBulk);
        }
    }

    /// <summary>What was measured.</summary>
    public LatencyFigures? Latencies()
    {
        lock (_gate)
        {
            return _latencies.TotalCount == 0 ? null : new LatencyFigures(Of(50), Of(90), Of(99), Of(99.9), _latencies.GetMaxValue());
        }
    }

    /// <summary>Milliseconds since 1970 that a document or an envelope says; -1 when it says none.</summary>
    internal static long TimeOf(ReadOnlySpan<byte> text, bool isText)
    {
        if (!isText)
        {
            return Utf8Parser.TryParse(text, out decimal seconds, out _) ? (long)(seconds * 1000) : -1;
        }

        var end = text.IndexOf((byte)'"');
        return end > 0 && DateTimeOffset.TryParse(Encoding.ASCII.GetString(text[..end]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : -1;
    }

    private double Of(double percentile) => _latencies.GetValueAtPercentile(percentile);

    private void Measure(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, bool isText)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_gate)
        {
            for (var at = body.IndexOf(name); at >= 0; at = body.IndexOf(name))
            {
                body = body[(at + name.Length)..];
                if (TimeOf(body, isText) is >= 0 and var time)
                {
                    _latencies.RecordValue(Math.Clamp(now - time, 0, LongestMilliseconds));
                }
            }
        }
    }
}
