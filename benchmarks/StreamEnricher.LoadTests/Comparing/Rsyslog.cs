using StreamEnricher.LoadTests.Engines;

namespace StreamEnricher.LoadTests.Comparing;

/// <summary>rsyslog (Debian: rsyslog, rsyslog-kafka, rsyslog-elasticsearch) doing the mapping part of the same work.</summary>
internal static class Rsyslog
{
    private const string Program = "/usr/sbin/rsyslogd";

    /// <summary>It is there.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Starts it in the foreground.</summary>
    /// <param name="broker">Address of the broker.</param>
    /// <param name="topic">Topic of the events.</param>
    /// <param name="group">Consumer group.</param>
    /// <param name="port">Port of the receiver.</param>
    /// <param name="folder">Folder for its files.</param>
    public static EngineProcess Start(string broker, string topic, string group, int port, string folder)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Comparing", "rsyslog.conf"))
            .Replace("@BROKER@", broker, StringComparison.Ordinal)
            .Replace("@TOPIC@", topic, StringComparison.Ordinal)
            .Replace("@GROUP@", group, StringComparison.Ordinal)
            .Replace("@PORT@", port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("@FOLDER@", folder, StringComparison.Ordinal)
            .Replace("@WORKERS@", Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var file = Path.Combine(folder, "rsyslog.conf");
        File.WriteAllText(file, text);
        return EngineProcess.Start(Program, "-n", "-f", file, "-i", Path.Combine(folder, "rsyslog.pid"));
    }
}
