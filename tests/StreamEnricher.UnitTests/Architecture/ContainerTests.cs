using System.Text.Json;
using System.Text.RegularExpressions;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Architecture;

/// <summary>What the container image must say, and must not say, so that the process keeps to the limits of its cgroup and can be stopped. There is no engine here to run it.</summary>
public sealed partial class ContainerTests
{
    private static readonly string Dockerfile = File.ReadAllText(Repository.PathOf("Dockerfile"));

    [Fact]
    public void Cores_and_heap_are_left_to_the_limits_of_the_container()
    {
        // The runtime reads cpu.max and memory.max of its cgroup; a fixed number would hide them. A percentage of the limit is fine.
        Assert.DoesNotMatch(FixedSize(), Dockerfile);
        Assert.Contains("DOTNET_gcServer=0", Dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void The_executable_carries_no_fixed_heap_or_cores_either()
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "streamenricher.runtimeconfig.json")));
        var properties = config.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").EnumerateObject().Select(static property => property.Name).ToList();

        Assert.DoesNotContain("System.GC.HeapHardLimit", properties);
        Assert.DoesNotContain("System.GC.HeapCount", properties);
        Assert.DoesNotContain("System.GC.HeapAffinitizeMask", properties);
    }

    [Fact]
    public void It_runs_without_rights_and_gets_signals_itself()
    {
        Assert.Matches(@"(?m)^USER (?!root|0)\S+", Dockerfile);

        // In the shell form the shell is process 1 and keeps SIGTERM: nothing would be drained.
        Assert.Matches(@"(?m)^ENTRYPOINT \[""/app/streamenricher""\]", Dockerfile);
    }

    [GeneratedRegex(@"GCHeapHardLimit=|GCHeapCount|GCHeapAffinitizeMask|PROCESSOR_COUNT|RUNNING_IN_CONTAINER=(0|false)", RegexOptions.IgnoreCase)]
    private static partial Regex FixedSize();
}
