using System.Globalization;
using System.Text.RegularExpressions;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Testing;
using StreamEnricher.UnitTests.Cli.Configuration;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.UnitTests.Deployment;

public sealed partial class KubernetesTests
{
    private const long MiB = 1 << 20;
    private static readonly YamlNode Deployment = DeploymentFiles.Yaml(DeploymentFiles.Text("kubernetes", "deployment.yaml"));
    private static readonly YamlNode Pod = Deployment.At("spec", "template", "spec");
    private static readonly YamlNode Container = Pod.At("containers", 0);

    private static PipelineOptions Pipeline
    {
        get
        {
            var text = SecretFile().Replace(DeploymentFiles.Text("kubernetes", "pipeline.yaml"), new string('s', 40));
            var environment = new Dictionary<string, string> { ["ELASTIC_URL"] = "https://elastic:9200", ["SPLUNK_URL"] = "https://splunk:8088" };
            var result = PipelineFile.Parse(text, "pipeline.yaml", [], environment.GetValueOrDefault, PipelineYaml.Inventory);
            Assert.Empty(result.Problems.Select(problem => problem.ToString()));
            return result.Options!;
        }
    }

    [Fact]
    public void The_pods_pipeline_is_valid_and_serves_the_probes_port()
    {
        Assert.Equal($"0.0.0.0:{Container.Value("ports", 0, "containerPort")}", Pipeline.Api!.Listen.ToString());
        Assert.Equal(["siem", "splunk", "intel"], Pipeline.ActiveSinks.Select(sink => sink.Key));
    }

    [Fact]
    public void Probes_ask_for_what_the_API_serves()
    {
        var served = File.ReadAllText(Repository.PathOf("docs", "openapi.json"));
        foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
        {
            Assert.Contains($"\"{Container.Value(probe, "httpGet", "path")}\"", served, StringComparison.Ordinal);
            Assert.Equal(Container.Value("ports", 0, "name"), Container.Value(probe, "httpGet", "port"));
        }
    }

    [Fact]
    public void A_pod_has_time_to_drain_and_memory_beside_the_budget()
    {
        Assert.True(int.Parse(Pod.Value("terminationGracePeriodSeconds"), CultureInfo.InvariantCulture) > Pipeline.Limits.DrainTimeout.TotalSeconds + 5);
        var limit = long.Parse(Container.Value("resources", "limits", "memory").TrimEnd('i', 'M'), CultureInfo.InvariantCulture) * MiB;
        Assert.True(limit >= Pipeline.Limits.Memory + (200 * MiB));
    }

    [Fact]
    public void Containers_have_no_rights_and_no_writable_root()
    {
        Assert.Equal("true", Pod.Value("securityContext", "runAsNonRoot"));
        Assert.Equal("RuntimeDefault", Pod.Value("securityContext", "seccompProfile", "type"));
        foreach (var context in new[] { Container.At("securityContext"), Pod.At("initContainers", 0, "securityContext") })
        {
            Assert.Equal(("false", "true", "ALL"), (context.Value("allowPrivilegeEscalation"), context.Value("readOnlyRootFilesystem"), context.Value("capabilities", "drop", 0)));
        }
    }

    [Fact]
    public void Secrets_are_files_that_are_mounted()
    {
        var folder = ((YamlSequenceNode)Container.At("volumeMounts")).Single(mount => mount.Value("name") == "secrets").Value("mountPath");
        var files = SecretFile().Matches(DeploymentFiles.Text("kubernetes", "pipeline.yaml"));
        Assert.Equal(3, files.Count);
        Assert.All(files, file => Assert.StartsWith(folder + "/", file.Groups["path"].Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Scaling_looks_at_the_groups_lag_of_the_same_brokers()
    {
        var scaled = DeploymentFiles.Yaml(DeploymentFiles.Text("kubernetes", "scaledobject.yaml"));
        var trigger = scaled.At("spec", "triggers", 0, "metadata");
        Assert.Equal(Deployment.Value("metadata", "name"), scaled.Value("spec", "scaleTargetRef", "name"));
        Assert.Equal((Pipeline.Kafka.GroupId, Pipeline.Kafka.BootstrapServers), (trigger.Value("consumerGroup"), trigger.Value("bootstrapServers")));
    }

    [Fact]
    public void Selectors_find_the_pods()
    {
        const string key = "app.kubernetes.io/name";
        var name = Deployment.Value("spec", "template", "metadata", "labels", key);
        Assert.Equal(name, Deployment.Value("spec", "selector", "matchLabels", key));
        Assert.Equal(name, DeploymentFiles.Yaml(DeploymentFiles.Text("kubernetes", "service.yaml")).Value("spec", "selector", key));
        Assert.Equal(name, DeploymentFiles.Yaml(DeploymentFiles.Text("kubernetes", "poddisruptionbudget.yaml")).Value("spec", "selector", "matchLabels", key));
        Assert.Equal(name, DeploymentFiles.Yaml(DeploymentFiles.Text("kubernetes", "networkpolicy.yaml")).Value("spec", "podSelector", "matchLabels", key));
    }

    [Fact]
    public void The_list_of_resources_names_every_file()
    {
        var list = DeploymentFiles.Yaml(DeploymentFiles.Text("kubernetes", "kustomization.yaml"));
        var named = ((YamlSequenceNode)list.At("resources")).Select(node => node.Value()).Concat(["kustomization.yaml", list.Value("configMapGenerator", 0, "files", 0)]);
        Assert.Equal(Directory.GetFiles(Repository.PathOf("deploy", "kubernetes")).Select(path => Path.GetFileName(path)).Order(), named.Order());
    }

    [GeneratedRegex(@"\$\{file:(?<path>[^}]+)\}")]
    private static partial Regex SecretFile();
}
