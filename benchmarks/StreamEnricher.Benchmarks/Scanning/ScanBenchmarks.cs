using System.Text.Json;
using BenchmarkDotNet.Attributes;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Benchmarks.Scanning;

/// <summary>One pass over an event: all slots, runs of unmapped members, full checks. The baseline only steps through the tokens with Utf8JsonReader, which does not check UTF-8.</summary>
[MemoryDiagnoser]
public class ScanBenchmarks
{
    private readonly ScanState _state = new();
    private ScanPlan _plan = null!;
    private byte[] _buffer = [];
    private int _length;

    [Params("detection", "suricata", "windows")]
    public string Event { get; set; } = "detection";

    [GlobalSetup]
    public void Setup()
    {
        var text = Event switch
        {
            "suricata" => SampleEvents.Suricata,
            "windows" => SampleEvents.Windows,
            _ => SampleEvents.Detection,
        };
        string[] paths = Event switch
        {
            "suricata" =>
            [
                "timestamp", "flow_id", "in_iface", "event_type", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "app_proto",
                "alert/action", "alert/signature", "alert/signature_id", "alert/category", "alert/severity", "alert/metadata/mitre_technique_id",
                "http/hostname", "http/url", "http/http_user_agent", "http/http_method", "http/status", "dns/rrname", "tls/sni",
                "flow/start", "flow/bytes_toserver", "flow/bytes_toclient",
            ],
            "windows" =>
            [
                "EventTime", "Hostname", "EventID", "SourceName", "ProcessID", "Channel", "UserID", "UtcTime", "ProcessGuid", "Image", "CommandLine", "CurrentDirectory",
                "User", "Hashes", "ParentProcessGuid", "ParentProcessId", "ParentImage", "ParentCommandLine", "TargetFilename", "DestinationIp", "DestinationPort",
            ],
            _ => ["timestamp", "source", "destination", "event_type", "severity", "description", "related_indicators", "technique_ids", "confidence_score"],
        };
        var builder = new ScanPlanBuilder();
        foreach (var path in paths)
        {
            builder.AddPath(builder.AddSlot(), path.Split('/'));
        }

        _plan = builder.Build();
        _length = text.Length;
        _buffer = [.. text, (byte)'\n', .. new byte[EventBatch.Padding]];
        if (Scan() != ScanStatus.Ok)
        {
            throw new InvalidOperationException($"The {Event} event is no valid JSON.");
        }
    }

    [Benchmark(Baseline = true)]
    public int Utf8JsonReader()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(0, _length));
        var tokens = 0;
        while (reader.Read())
        {
            tokens++;
        }

        return tokens;
    }

    [Benchmark]
    public int JsonScanner() => (int)Scan();

    private ScanStatus Scan() => Enrichment.Scanning.JsonScanner.Scan(_buffer, 0, _length, _plan, _state);
}
