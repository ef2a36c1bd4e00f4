using System.Text.RegularExpressions;
using StreamEnricher.Testing;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.UnitTests.Deployment;

public sealed partial class ContainerTests
{
    private static readonly YamlNode Compose = DeploymentFiles.Yaml(File.ReadAllText(Repository.PathOf("docker-compose.yml")));

    [Fact]
    public void The_image_runs_without_rights_and_starts_the_engine()
    {
        var lines = File.ReadAllLines(Repository.PathOf("Dockerfile"));
        Assert.Contains("USER $APP_UID", lines);
        Assert.Contains("ENTRYPOINT [\"/app/streamenricher\"]", lines);
    }

    [Fact]
    public void Variables_that_are_set_are_those_of_the_pipeline()
    {
        var known = Variable().Matches(File.ReadAllText(Repository.PathOf("pipelines", "detections.yaml"))).Select(match => match.Groups[1].Value).ToHashSet();
        var set = ((YamlMappingNode)Compose.At("services", "setup", "environment")).Children.Keys.Select(key => ((YamlScalarNode)key).Value!);
        Assert.Empty(set.Where(name => !known.Contains(name)).ToList());
    }

    [Fact]
    public void Ports_are_bound_to_loopback_and_the_engine_listens_on_its_own()
    {
        foreach (var service in ((YamlMappingNode)Compose.At("services")).Children.Values.OfType<YamlMappingNode>().Where(service => service.Children.ContainsKey("ports")))
        {
            Assert.All((YamlSequenceNode)service.At("ports"), port => Assert.StartsWith("127.0.0.1:", port.Value(), StringComparison.Ordinal));
        }

        var engine = Compose.At("services", "streamenricher");
        Assert.Equal("127.0.0.1:8080:8080", engine.Value("ports", 0));
        Assert.Contains("api.listen=0.0.0.0:8080", ((YamlSequenceNode)engine.At("command")).Select(argument => argument.Value()));
    }

    [Fact]
    public void The_service_unit_stops_gently_and_does_not_repeat_a_wrong_configuration()
    {
        var unit = DeploymentFiles.Text("systemd", "streamenricher.service").Split('\n');
        Assert.Contains("KillSignal=SIGTERM", unit);
        Assert.Contains("TimeoutStopSec=45", unit);
        Assert.Contains("RestartPreventExitStatus=2", unit);
        Assert.Contains("DynamicUser=yes", unit);
    }

    [GeneratedRegex(@"\$\{(\w+)")]
    private static partial Regex Variable();
}
