using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma;

/// <summary>Which rules the shipped formats let meet which events.</summary>
public sealed class ShippedLogsourceTests
{
    private const string Sysmon = "\"Channel\":\"Microsoft-Windows-Sysmon/Operational\"";

    [Theory]
    [InlineData("windows", "product: windows, category: process_creation", "Image: x.exe", $$"""{"EventID":1,{{Sysmon}},"Image":"x.exe"}""", true)]
    [InlineData("windows", "product: windows, category: process_creation", "Image: x.exe", """{"EventID":4688,"Channel":"Security","NewProcessName":"x.exe"}""", true)]
    [InlineData("windows", "product: windows, category: process_creation", "ParentImage: x.exe", """{"Event":{"System":{"EventID":4688,"Channel":"Security"},"EventData":{"ParentProcessName":"x.exe"}}}""", true)]
    [InlineData("windows", "product: windows, category: process_creation", "Image: x.exe", $$"""{"EventID":7,{{Sysmon}},"Image":"x.exe"}""", false)]
    [InlineData("windows", "product: windows, service: sysmon", "Image: x.exe", $$"""{"EventID":7,{{Sysmon}},"Image":"x.exe"}""", true)]
    [InlineData("windows", "product: windows, category: registry_delete", "TargetObject: k", $$"""{"EventID":12,{{Sysmon}},"EventType":"DeleteValue","TargetObject":"k"}""", true)]
    [InlineData("windows", "product: windows, category: registry_delete", "TargetObject: k", $$"""{"EventID":12,{{Sysmon}},"EventType":"CreateKey","TargetObject":"k"}""", false)]
    [InlineData("windows", "product: windows, service: system", "Provider_Name: Service Control Manager", """{"Event":{"System":{"EventID":{"#text":7045},"Channel":"System","Provider":{"#attributes":{"Name":"Service Control Manager"}}}}}""", true)]
    [InlineData("windows", "product: windows, service: windefend", "ThreatName: EICAR", """{"EventID":1116,"Channel":"Microsoft-Windows-Windows Defender/Operational","Threat Name":"EICAR"}""", true)]
    [InlineData("windows", "product: windows, service: wmi", "Operation|contains: Exec", """{"Event":{"System":{"EventID":5858,"Channel":"Microsoft-Windows-WMI-Activity/Operational"},"UserData":{"Operation_ClientFailure":{"Operation":"Start Exec"}}}}""", true)]
    [InlineData("sysmon_linux", "product: linux, category: process_creation", "Image: /bin/x", """{"EventID":1,"Channel":"Linux-Sysmon/Operational","Image":"/bin/x"}""", true)]
    [InlineData("zeek", "product: zeek, service: http", "c-uri|contains: /x", """{"_path":"http","uri":"/x"}""", true)]
    [InlineData("zeek", "category: dns", "query: x.example", """{"@stream":"dns","query":"x.example"}""", true)]
    [InlineData("cloudtrail", "product: aws, service: cloudtrail", "eventName: StopLogging", """{"eventName":"StopLogging","eventSource":"cloudtrail.amazonaws.com"}""", true)]
    [InlineData("kubernetes_audit", "product: kubernetes, category: application, service: audit", "verb: delete", """{"auditID":"1","verb":"delete"}""", true)]
    [InlineData("gcp_audit", "product: gcp, service: gcp.audit", "gcp.audit.method_name: DeleteServiceAccount", """{"logName":"l","protoPayload":{"methodName":"DeleteServiceAccount"}}""", true)]
    [InlineData("gcp_audit", "product: gcp, service: gcp.audit", "data.protoPayload.serviceName: iam.googleapis.com", """{"logName":"l","protoPayload":{"serviceName":"iam.googleapis.com"}}""", true)]
    [InlineData("azure", "product: azure, service: signinlogs", "AuthenticationRequirement: singleFactorAuthentication", """{"category":"SignInLogs","operationName":"Sign-in activity","properties":{"authenticationRequirement":"singleFactorAuthentication"}}""", true)]
    [InlineData("azure", "product: azure, service: auditlogs", "LoggedByService: PIM", """{"category":"AuditLogs","operationName":"Add member to role","properties":{"loggedByService":"PIM"}}""", true)]
    [InlineData("azure", "product: azure, service: auditlogs", "DeviceDetail.trusttype: AzureAD", """{"category":"SignInLogs","operationName":"Sign-in activity","properties":{"deviceDetail":{"trustType":"AzureAD"}}}""", false)]
    [InlineData("azure", "product: azure, service: signinlogs", "DeviceDetail.trusttype: AzureAD", """{"category":"SignInLogs","operationName":"Sign-in activity","properties":{"deviceDetail":{"trustType":"AzureAD"}}}""", true)]
    public void A_rule_meets_the_events_that_it_is_for(string format, string logsource, string selection, string json, bool expected)
    {
        var rule = SigmaRig.Rule($"s: {{ {selection} }}\ncondition: s").Replace("product: acme", logsource, StringComparison.Ordinal);
        var rig = new SigmaRig(rule, File.ReadAllText(Repository.PathOf("pipelines", "formats", format + ".yaml")));

        Assert.Equal(expected, rig.Match(json).Count == 1);
    }
}
