using System.Diagnostics;
using System.Globalization;

namespace StreamEnricher.LoadTests.Reports;

/// <summary>Where and of what figures were measured.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, system, runtime, load, and the commit.</summary>
    public static string Describe()
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"commit {Commit()}; {model ?? "unknown processor"}, {Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, .NET {Environment.Version}; load average at the start {load}");
    }

    private static string Commit()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["rev-parse", "--short", "HEAD"]) { RedirectStandardOutput = true, RedirectStandardError = true });
        var text = git?.StandardOutput.ReadToEnd().Trim();
        return string.IsNullOrEmpty(text) ? "unknown" : text;
    }
}
