using static StreamEnricher.UnitTests.Enrichment.Formats.ShippedFormats;

namespace StreamEnricher.UnitTests.Enrichment.Formats;

/// <summary>What format windows makes of event logs. A null in what is expected means: absent.</summary>
public sealed class ShippedWindowsFormatTests
{
    private const string Sysmon = "\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"SourceName\":\"Microsoft-Windows-Sysmon\",\"UtcTime\":\"2020-08-01 05:46:30.063\"";
    private const string Subject = "\"SubjectUserName\":\"eve\",\"SubjectDomainName\":\"ACME\",\"SubjectUserSid\":\"S-1-5-21-1\"";

    [Fact]
    public async Task A_nested_event_is_read_like_a_flat_one() => AssertHas(
        """
        {"@timestamp":"2025-12-06T21:11:02.632Z",
         "event":{"code":"1","provider":"Microsoft-Windows-Sysmon","sequence":67583,"category":["process"],"type":["start"],"action":"process-created"},
         "log":{"level":"information"},"host":{"name":"swach"},"user":{"name":"xodih","domain":"swach"},
         "process":{"pid":3412,"executable":"C:\\Windows\\cmd.exe","name":"cmd.exe","hash":{"md5":"352b525e9c26cb92693899528fe007c2"},"pe":{"imphash":"94f3efc2df40ecd7229b904540dd83cf"},
           "parent":{"pid":1092,"name":"node.exe"}},
         "related":{"user":["xodih"]}}
        """,
        await DocumentAsync("""
            {"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":1,"Level":4,"TimeCreated":{"#attributes":{"SystemTime":"2025-12-06T21:11:02.649150Z"}},
               "EventRecordID":67583,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"Swach"},
             "EventData":{"UtcTime":"2025-12-06 21:11:02.632","ProcessId":3412,"Image":"C:\\Windows\\cmd.exe","User":"swach\\xodih","ParentProcessId":1092,"ParentImage":"C:\\bin\\node.exe",
               "Hashes":"MD5=352B525E9C26CB92693899528FE007C2,IMPHASH=94F3EFC2DF40ECD7229B904540DD83CF"}}}
            """));

    [Theory]
    [InlineData(10, "\"SourceImage\":\"C:\\\\a.exe\",\"SourceProcessId\":\"5\",\"TargetImage\":\"C:\\\\lsass.exe\"",
        """{"event":{"category":["process"],"type":["access"]},"process":{"name":"a.exe","pid":5},"windows":{"eventdata":{"TargetImage":"C:\\lsass.exe"}}}""")]
    [InlineData(7, "\"Image\":\"C:\\\\a.exe\",\"ImageLoaded\":\"C:\\\\b.dll\",\"Signed\":\"true\"", """{"event":{"category":["library"],"type":["start"]},"dll":{"name":"b.dll","code_signature":{"exists":true}}}""")]
    [InlineData(12, "\"EventType\":\"DeleteKey\",\"TargetObject\":\"HKLM\\\\x\"", """{"event":{"category":["registry"],"type":["deletion"]},"registry":{"path":"HKLM\\x"}}""")]
    [InlineData(13, "\"EventType\":\"INFO\",\"TargetObject\":\"HKLM\\\\x\"", """{"event":{"type":["change"],"action":"registry-value-set"}}""")]
    [InlineData(11, "\"TargetFilename\":\"C:\\\\t\\\\f.txt\"", """{"event":{"category":["file"],"type":["creation"]},"file":{"path":"C:\\t\\f.txt","name":"f.txt"}}""")]
    [InlineData(22, "\"QueryName\":\"a.net\",\"QueryStatus\":\"9003\"", """{"event":{"category":["network"]},"dns":{"question":{"name":"a.net"},"response_code":"NXDOMAIN"}}""")]
    [InlineData(3, "\"SourceIp\":\"10.0.0.1\",\"SourceHostname\":\"pc\",\"DestinationIp\":\"10.0.0.2\",\"DestinationHostname\":\"-\",\"Initiated\":\"true\",\"Protocol\":\"tcp\"",
        """{"source":{"ip":"10.0.0.1","domain":"pc"},"destination":{"ip":"10.0.0.2","domain":null},"network":{"direction":"egress","transport":"tcp"}}""")]
    [InlineData(5, "\"Image\":\"C:\\\\a.exe\"", """{"event":{"category":["process"],"type":["end"]}}""")]
    [InlineData(23, "\"Hashes\":\"SHA256=7AE4CC64E2F0E5C58ABB6542233DA78B9AE7AE4CC64E2F0E5C58ABB6542233DA\"", """{"event":{"category":["file"],"type":["deletion"]},"file":{"hash":{"sha256":"7ae4cc64e2f0e5c58abb6542233da78b9ae7ae4cc64e2f0e5c58abb6542233da"}}}""")]
    [InlineData(17, "\"PipeName\":\"\\\\lsass\"", """{"event":{"category":["file"],"type":["creation"],"action":"pipe-created"},"file":{"name":"\\lsass"}}""")]
    [InlineData(6, "\"ImageLoaded\":\"C:\\\\d.sys\"", """{"event":{"category":["driver"],"type":["start"]},"file":{"name":"d.sys"}}""")]
    [InlineData(255, "\"RuleName\":\"T1053.005\"", """{"event":{"category":null,"kind":"event"},"threat":{"technique":{"id":["T1053"]}}}""")]
    public async Task Sysmon_events(int id, string members, string expected) =>
        AssertHas(expected, await DocumentAsync($$"""{"EventID":{{id}},{{Sysmon}},{{members}}}"""));

    [Theory]
    [InlineData(4624, "\"TargetUserName\":\"bob\",\"TargetDomainName\":\"ACME\",\"IpAddress\":\"-\",\"WorkstationName\":\"PC\",\"LogonType\":\"3\"",
        """{"event":{"category":["authentication"],"type":["start"],"outcome":"success"},"user":{"name":"bob","domain":"ACME"},"source":{"ip":null,"domain":"PC","address":"PC"}}""")]
    [InlineData(4625, "\"TargetUserName\":\"bob\",\"IpAddress\":\"10.0.0.9\",\"IpPort\":\"50\"", """{"event":{"outcome":"failure"},"source":{"ip":"10.0.0.9","port":50}}""")]
    [InlineData(4634, "\"TargetUserName\":\"bob\"", """{"event":{"category":["authentication"],"type":["end"]},"user":{"name":"bob"}}""")]
    [InlineData(4688, "\"NewProcessId\":\"0x1f4\",\"NewProcessName\":\"C:\\\\a.exe\",\"ProcessId\":\"0x10\",\"CommandLine\":\"a -x\"",
        """{"event":{"category":["process"],"type":["start"]},"process":{"pid":500,"name":"a.exe","command_line":"a -x","parent":{"pid":16}},"user":{"name":"eve","id":"S-1-5-21-1"}}""")]
    [InlineData(4689, "\"ProcessId\":\"0x10\",\"ProcessName\":\"C:\\\\a.exe\",\"Status\":\"0x1\"", """{"event":{"type":["end"]},"process":{"pid":16,"exit_code":1}}""")]
    [InlineData(4663, "\"ObjectType\":\"Key\",\"ObjectName\":\"\\\\REGISTRY\\\\x\"", """{"event":{"category":["registry"],"type":["access"]}}""")]
    [InlineData(4720, "\"TargetUserName\":\"new\"", """{"event":{"category":["iam"],"type":["creation"],"action":"user-account-created"},"user":{"name":"eve","target":{"name":"new"}}}""")]
    [InlineData(4732, "\"TargetUserName\":\"Administrators\",\"MemberSid\":\"S-1-5-2\"", """{"event":{"action":"group-member-added"},"group":{"name":"Administrators"},"user":{"target":{"id":"S-1-5-2"}}}""")]
    [InlineData(4697, "\"ServiceName\":\"svc\"", """{"event":{"category":["configuration"],"type":["creation"]},"service":{"name":"svc"}}""")]
    [InlineData(4769, "\"TargetUserName\":\"bob@ACME\",\"IpAddress\":\"::ffff:10.0.0.1\"", """{"event":{"category":["authentication"]},"source":{"ip":"::ffff:10.0.0.1"}}""")]
    [InlineData(5145, "\"IpAddress\":\"10.0.0.1\",\"RelativeTargetName\":\"a\\\\b.exe\"", """{"event":{"category":["file","network"]},"file":{"name":"b.exe"},"source":{"ip":"10.0.0.1"}}""")]
    [InlineData(1102, "\"x\":1", """{"event":{"category":["iam"],"action":"audit-log-cleared"}}""")]
    [InlineData(9999, "\"x\":1", """{"event":{"category":null},"user":{"name":"eve"}}""")]
    public async Task Security_events(int id, string members, string expected) => AssertHas(
        expected, await DocumentAsync($$"""{"EventID":{{id}},"Channel":"Security","TimeCreated":"2020-10-19 12:28:44.333","Keywords":"0x8020000000000000",{{Subject}},{{members}}}"""));

    [Theory]
    [InlineData("", """{"process":{"pid":3428}}""")]
    [InlineData("\"EventReceivedTime\":\"2020-08-01 05:46:47\",", """{"process":{"pid":null,"name":"agent.exe"},"windows":{"eventdata":{"ProcessID":"3428"}}}""")]
    public async Task A_relayed_connection_has_the_relays_process_id_and_not_its_own(string members, string expected)
    {
        var document = await DocumentAsync($$"""
            {"EventID":5156,"Channel":"Security",{{members}}"Direction":"%%14593","SourceAddress":"192.168.2.5","SourcePort":"57233","DestAddress":"168.63.129.16","DestPort":"80",
             "Protocol":"6","ProcessID":"3428","Application":"\\device\\x\\agent.exe","TimeCreated":"2020-10-19 12:28:44.333"}
            """);
        AssertHas("""{"event":{"category":["network"],"type":["allowed"]},"network":{"transport":"tcp","direction":"egress","iana_number":"6"},"source":{"ip":"192.168.2.5","port":57233}}""", document);
        AssertHas(expected, document);
    }

    [Theory]
    [InlineData("\"EventID\":4104,\"Channel\":\"Microsoft-Windows-PowerShell/Operational\",\"ExecutionProcessID\":7,\"AccountName\":\"bob\",\"Domain\":\"ACME\",\"ScriptBlockText\":\"x\"",
        """{"event":{"category":["process"],"type":["info"],"action":"script-block-logged"},"process":{"pid":7},"user":{"name":"bob","domain":"ACME"}}""")]
    [InlineData("\"EventID\":400,\"Channel\":\"Windows PowerShell\"", """{"event":{"category":["process"],"type":["start"]}}""")]
    [InlineData("\"EventID\":7045,\"Channel\":\"System\",\"ServiceName\":\"svc\"", """{"event":{"category":["configuration"],"type":["creation"],"action":"service-installed"},"service":{"name":"svc"}}""")]
    [InlineData("\"EventID\":106,\"Channel\":\"Microsoft-Windows-TaskScheduler/Operational\",\"UserContext\":\"ACME\\\\bob\"", """{"event":{"category":["configuration"],"type":["creation"]},"user":{"name":"bob","domain":"ACME"}}""")]
    [InlineData("\"EventID\":1116,\"Channel\":\"Microsoft-Windows-Windows Defender/Operational\",\"Severity Name\":\"Severe\",\"Threat Name\":\"EICAR\"",
        """{"event":{"kind":"alert","category":["malware"],"severity":95},"rule":{"name":"EICAR"}}""")]
    [InlineData("\"EventID\":{\"#attributes\":{\"Qualifiers\":0},\"#text\":10016},\"Channel\":\"System\"", """{"event":{"code":"10016","category":null}}""")]
    public async Task Events_of_other_channels(string members, string expected) =>
        AssertHas(expected, await DocumentAsync($$"""{"TimeCreated":"2020-10-19 12:28:44.333",{{members}}}"""));

    [Theory]
    [InlineData("\"EventType\":\"AUDIT_FAILURE\"", "failure")]
    [InlineData("\"Keywords\":\"0x8020000000000000\"", "success")]
    [InlineData("\"EventType\":\"x\",\"Keywords\":-9218868437227405312", "failure")]
    public async Task An_audit_says_whether_it_succeeded(string members, string outcome) =>
        AssertHas($$"""{"event":{"outcome":"{{outcome}}"} }""", await DocumentAsync($$"""{"EventID":4673,"Channel":"Security",{{members}}}"""));
}
