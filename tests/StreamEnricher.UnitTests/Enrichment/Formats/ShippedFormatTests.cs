using System.Text;
using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Testing;
using static StreamEnricher.UnitTests.Enrichment.Formats.ShippedFormats;

namespace StreamEnricher.UnitTests.Enrichment.Formats;

/// <summary>What the shipped formats make of events as their producers write them. A null in what is expected means: absent.</summary>
public sealed class ShippedFormatTests
{
    public static TheoryData<string> Samples =>
        [.. Directory.EnumerateFiles(Repository.PathOf("data", "samples"), "*.ndjson").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_format_but_the_last_resort_can_be_recognised()
    {
        Assert.Equal(
            ["access_log", "auditd", "azure", "cef", "cloudtrail", "detection", "ecs", "falco", "gcp_audit", "generic", "github", "gsuite", "guardduty", "kubernetes_audit", "ocsf", "okta",
             "suricata_eve", "syslog", "sysmon_linux", "wazuh", "windows", "zeek"],
            Catalog.Plans.Select(plan => plan.Name));
        Assert.Equal(["generic"], Catalog.Plans.Where(plan => plan.RecogniseCondition is null && plan.Decode is null).Select(plan => plan.Name));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Each_sample_is_recognised_by_its_own_format_only(string format)
    {
        foreach (var line in File.ReadLines(Repository.PathOf("data", "samples", format + ".ndjson")))
        {
            var document = Encoding.UTF8.GetBytes(line);
            var takers = Catalog.Plans.Where(plan => plan.RecogniseCondition is { } condition && Matches(condition, document)).Select(plan => plan.Name);
            Assert.Equal([format], takers);
        }
    }

    [Fact]
    public async Task Detection_services() => AssertHas(
        """
        {"@timestamp":"2026-03-01T00:00:00Z","event":{"kind":"alert","category":["intrusion_detection","network"],"type":["info"],"severity":75,"action":"threat"},
         "labels":{"severity":"high"},"source":{"address":"203.0.113.46","ip":"203.0.113.46"},"destination":{"address":"web-01","domain":"web-01","ip":null},
         "message":"SQL injection","threat":{"technique":{"id":["T1190"]}},"cybersecurity":{"confidence_score":0.58,"source_service":"traffic_monitor"}}
        """,
        await DocumentAsync("""
            {"timestamp":"2026-03-01T00:00:00.000Z","source":"203.0.113.46","destination":"web-01","event_type":"threat","severity":"high","description":"SQL injection",
             "related_indicators":[],"technique_ids":["T1190"],"confidence_score":0.58,"source_service":"traffic_monitor"}
            """));

    [Theory]
    [InlineData("\"direction\":\"to_client\"", """{"source":{"bytes":20,"packets":2},"destination":{"bytes":10,"packets":1}}""")]
    [InlineData("\"direction\":\"to_server\"", """{"source":{"bytes":10,"packets":1},"destination":{"bytes":20,"packets":2}}""")]
    [InlineData("\"in_iface\":\"en0\"", """{"source":{"bytes":null},"destination":{"bytes":null},"suricata":{"eve":{"flow":{"bytes_toserver":10}}}}""")]
    public async Task Suricata_counts_bytes_for_the_end_that_sent_them(string direction, string expected) => AssertHas(
        expected,
        await DocumentAsync(With(direction, """
            {"timestamp":"2017-04-07T22:24:37.251547+0100","flow_id":1,"event_type":"alert","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","proto":"TCP",
             "alert":{"action":"blocked","signature_id":2001219,"signature":"ET SCAN","severity":2},
             "flow":{"bytes_toserver":10,"bytes_toclient":20,"pkts_toserver":1,"pkts_toclient":2}}
            """)));

    [Fact]
    public async Task Suricata_alerts() => AssertHas(
        """
        {"@timestamp":"2017-04-07T21:24:37.251547Z",
         "event":{"kind":"alert","category":["intrusion_detection","network"],"type":["denied"],"action":"blocked","severity":75},
         "rule":{"id":"2013028","name":"ET POLICY curl","category":"Attempted Information Leak"},"network":{"transport":"tcp","protocol":"http"},
         "http":{"version":"1.1","response":{"status_code":200}},"url":{"domain":"example.net","original":"/"},"threat":{"technique":{"id":["T1071"]}}}
        """,
        await DocumentAsync("""
            {"timestamp":"2017-04-07T22:24:37.251547+0100","flow_id":1,"event_type":"alert","src_ip":"10.0.0.1","src_port":1,"dest_ip":"10.0.0.2","dest_port":80,"proto":"TCP","app_proto":"http",
             "alert":{"action":"blocked","gid":1,"signature_id":2013028,"rev":4,"signature":"ET POLICY curl","category":"Attempted Information Leak","severity":1,
               "metadata":{"mitre_technique_id":["T1071"]}},
             "http":{"hostname":"example.net","url":"/","protocol":"HTTP/1.1","status":200}}
            """));

    [Theory]
    [InlineData("""{"event_type":"flow","app_proto":"failed","flow":{"bytes_toserver":7}}""", """{"event":{"kind":"event","type":["connection","end"]},"network":{"protocol":null},"source":{"bytes":7}}""")]
    [InlineData("""{"event_type":"dns","dns":{"type":"answer","rrname":"a.net","rrtype":"A","rdata":"192.0.2.1"}}""", """{"dns":{"question":null,"resolved_ip":["192.0.2.1"],"type":"answer"}}""")]
    [InlineData("""{"event_type":"dns","dns":{"version":3,"type":"request","queries":[{"rrname":"a.net","rrtype":"A"}]}}""", """{"dns":{"question":{"name":"a.net","type":"A"},"type":"query"}}""")]
    [InlineData("""{"event_type":"stats","stats":{"uptime":1}}""", """{"event":{"kind":"metric","category":null,"type":null}}""")]
    public async Task Suricata_other_events(string members, string expected) =>
        AssertHas(expected, await DocumentAsync(With("\"timestamp\":\"2026-01-01T00:00:00Z\",\"flow_id\":1", members)));

    [Theory]
    [InlineData("""{"_path":"conn","id.orig_h":"10.0.0.1","id.orig_p":5,"proto":"tcp","service":"ssl","orig_bytes":9}""",
        """{"event":{"type":["connection","end"]},"source":{"ip":"10.0.0.1","port":5,"bytes":9},"network":{"protocol":"tls","transport":"tcp"}}""")]
    [InlineData("""{"@stream":"conn","id_orig_h":"10.0.0.1","service":"gssapi,smb"}""",
        """{"source":{"ip":"10.0.0.1"},"network":{"protocol":null},"zeek":{"conn":{"service":"gssapi,smb"}}}""")]
    [InlineData("""{"id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2","query":"a.net","qtype_name":"A","rcode":0,"rcode_name":"NOERROR","answers":["b.net","192.0.2.1"]}""",
        """{"dns":{"type":"answer","question":{"name":"a.net"},"answers":[{"data":"b.net"},{"data":"192.0.2.1"}],"resolved_ip":["192.0.2.1"]},"zeek":{"dns":{"rcode":0}}}""")]
    [InlineData("""{"_path":"notice","note":"ATTACK::Execution","msg":"wmi","sub":"T1047 WMI","src":"10.0.0.1"}""",
        """{"event":{"kind":"alert","severity":75},"rule":{"name":"ATTACK::Execution"},"source":{"ip":"10.0.0.1"},"threat":{"technique":{"id":["T1047"]}}}""")]
    [InlineData("""{"_path":"files","tx_hosts":["10.0.0.1"],"rx_hosts":["10.0.0.2"],"filename":"a\\b.ini","fuid":"F1"}""",
        """{"source":{"ip":"10.0.0.1"},"destination":{"ip":"10.0.0.2"},"file":{"name":"b.ini"}}""")]
    [InlineData("""{"_path":"weird","id.orig_h":"10.0.0.1","name":"bad_checksum"}""", """{"event":{"reason":"bad_checksum"}}""")]
    public async Task Zeek(string members, string expected) => AssertHas(expected, await DocumentAsync(With("\"ts\":1588205199.82437", members)));

    [Theory]
    [InlineData("{\"container.id\":\"host\",\"fd.name\":\"/etc/passwd\"}", """{"container":null,"file":{"path":"/etc/passwd","name":"passwd"}}""")]
    [InlineData("{\"container.id\":\"89da6fdc10de\",\"fd.name\":\"10.0.0.1:80->10.0.0.2:90\"}", """{"container":{"id":"89da6fdc10de"},"file":null}""")]
    [InlineData("{\"fd.cip\":\"10.0.0.1\",\"fd.sip\":\"10.0.0.2\"}", """{"source":{"ip":"10.0.0.1"},"destination":{"ip":"10.0.0.2"}}""")]
    public async Task Falco(string fields, string expected)
    {
        var document = await DocumentAsync($$"""
            {"output":"x","priority":"Warning","rule":"Write below etc","source":"syscall","time":"2016-08-04T16:17:57.881781397Z","tags":["T1003"],"output_fields":{{fields}} }
            """);
        AssertHas("""{"@timestamp":"2016-08-04T16:17:57.881781397Z","event":{"kind":"alert","severity":40,"category":["intrusion_detection","process"]},"threat":{"technique":{"id":["T1003"]}}}""", document);
        AssertHas(expected, document);
    }

    [Theory]
    [InlineData("""{"eventSource":"ec2.amazonaws.com","eventName":"RunInstances","readOnly":false}""", """{"event":{"category":["api"],"type":["change"],"outcome":"success"}}""")]
    [InlineData("""{"eventSource":"ec2.amazonaws.com","eventName":"RunInstances","errorCode":"AccessDenied"}""", """{"event":{"outcome":"failure"},"error":{"code":"AccessDenied"}}""")]
    [InlineData("""{"eventSource":"iam.amazonaws.com","eventName":"CreateUser","readOnly":false,"requestParameters":{"userName":"eve"}}""",
        """{"event":{"category":["iam"],"type":["change"]},"user":{"target":{"name":"eve"}}}""")]
    [InlineData("""{"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"}}""",
        """{"event":{"category":["authentication"],"type":["start"],"outcome":"failure"}}""")]
    [InlineData("""{"eventSource":"kms.amazonaws.com","eventName":"Decrypt","sourceIPAddress":"AWS Internal"}""", """{"source":{"address":"AWS Internal","ip":null,"domain":null}}""")]
    public async Task Cloudtrail(string members, string expected) =>
        AssertHas(expected, await DocumentAsync(With("\"eventVersion\":\"1.08\",\"eventTime\":\"2023-07-10T11:57:50Z\",\"awsRegion\":\"us-east-1\"", members)));

    [Fact]
    public async Task Wazuh() => AssertHas(
        """
        {"@timestamp":"2022-05-11T12:29:19.905Z","event":{"kind":"alert","severity":67},"rule":{"id":"5712","name":"sshd: brute force"},"source":{"ip":"172.17.1.1","port":56404},
         "user":{"name":"paco"},"host":{"name":"web"},"threat":{"technique":{"id":["T1110"]}}}
        """,
        await DocumentAsync("""
            {"timestamp":"2022-05-11T12:29:19.905+0000","rule":{"level":10,"description":"sshd: brute force","id":"5712","mitre":{"id":["T1110"]}},"agent":{"id":"001","name":"WEB"},
             "manager":{"name":"m"},"id":"1652272159.1","full_log":"x","data":{"srcip":"172.17.1.1","srcport":"56404","srcuser":"paco"}}
            """));

    [Theory]
    [InlineData("""{"ID":"1615114232.375:15558","NODE":"Web","SYSCALL":{"SYSCALL":"execve","success":"yes","pid":3,"ppid":2,"uid":0,"UID":"root","comm":"whoami","exe":"/usr/bin/whoami"},"EXECVE":{"ARGV":["whoami","-a"]}}""",
        """{"event":{"category":["process"],"type":["start"],"outcome":"success","action":"execve"},"process":{"pid":3,"name":"whoami","args":["whoami","-a"],"parent":{"pid":2}},"user":{"id":"0","name":"root"},"host":{"name":"web"}}""")]
    [InlineData("""{"EventTime":"2022-05-11T18:10:21Z","EventType":"AUOMS_EXECVE","SyslogMessage":"type=AUOMS_EXECVE x","EventData":"syscall=execve success=no exit=-2","Computer":"U5"}""",
        """{"@timestamp":"2022-05-11T18:10:21Z","event":{"category":["process"],"type":["start"],"outcome":"failure"},"host":{"name":"u5"}}""")]
    [InlineData("""{"log":"type=USER_LOGIN msg=audit(1450770603.209:3300446): Text"}""", """{"event":{"category":["authentication","session"],"type":["start"]}}""")]
    public async Task Linux_audit(string text, string expected) => AssertHas(expected, await DocumentAsync(text));

    [Theory]
    [InlineData("""{"SyslogMessage":"<Event><System><Provider Name=\"Linux-Sysmon\" Guid=\"x\"/><EventID>5</EventID>","Computer":"U5","HostIP":"192.168.2.5"}""",
        """{"event":{"category":["process"],"type":["end"]},"host":{"name":"u5","ip":["192.168.2.5"]}}""")]
    [InlineData("""{"Channel":"Linux-Sysmon/Operational","EventID":1,"UtcTime":"2022-05-11 18:10:20.395","Image":"/usr/bin/id","ProcessId":"17","User":"root","CommandLine":"id"}""",
        """{"@timestamp":"2022-05-11T18:10:20.395Z","event":{"type":["start"]},"process":{"pid":17,"executable":"/usr/bin/id","name":"id","command_line":"id"},"user":{"name":"root"}}""")]
    public async Task Sysmon_for_Linux(string text, string expected) => AssertHas(expected, await DocumentAsync(text));

    [Theory]
    [InlineData("""{"@timestamp":"2026-01-01T00:00:00Z","ecs":{"version":"8.11.0"},"event":{"kind":"alert","severity":73,"category":["malware"]},"host":{"name":"ws"},"source":{"ip":"10.0.0.1"},"acme":{"x":1}}""",
        """{"ecs":{"version":"9.4.0"},"event":{"kind":"alert","severity":73,"category":["malware"]},"host":{"name":"ws"},"source":{"ip":"10.0.0.1","address":"10.0.0.1"},"upstream":{"ecs":{"acme":{"x":1}}}}""")]
    [InlineData("""{"@timestamp":"2026-01-01T00:00:00Z","ecs":{"version":"8.11.0"},"event":{"kind":"alert","severity":"high","category":"intrusion_detection"}}""",
        """{"event":{"severity":75,"category":["intrusion_detection"]}}""")]
    [InlineData("""{"@timestamp":"2026-01-01T01:00:00Z","event":{"kind":"signal","category":["process"]},"kibana.alert.uuid":"u","kibana.alert.severity":"critical","kibana.alert.rule.name":"R","kibana.alert.original_time":"2026-01-01T00:00:00Z"}""",
        """{"@timestamp":"2026-01-01T00:00:00Z","event":{"kind":"alert","severity":95},"rule":{"name":"R"}}""")]
    public async Task Ecs(string text, string expected) => AssertHas(expected, await DocumentAsync(text));

    [Fact]
    public async Task What_fits_no_other_format() => AssertHas(
        """
        {"@timestamp":"2022-12-16T19:30:26.150Z","event":{"kind":"event","severity":50},"source":{"ip":"1.2.3.4"},"user":{"name":"bob"},"message":"m","host":{"name":"h"},
         "generic":{"event":{"other":{"x":1}}}}
        """,
        await LastResortAsync("""{"created_at":"2022-12-16 19:30:26.15","severity":"Medium","clientIp":"1.2.3.4","user":{"name":"bob"},"msg":"m","hostname":"H","other":{"x":1}}"""));

    /// <summary>An event with the members that all of its kind have, and those of one.</summary>
    private static string With(string common, string members) => $"{{{common},{members[1..]}";

    private static bool Matches(Condition condition, byte[] document)
    {
        var reader = new DocumentFieldReader(condition, document);
        return condition.Matches(ref reader);
    }
}
