namespace StreamEnricher.FaultTests;

/// <summary>Where the engine and the servers are.</summary>
/// <param name="Engine">Path of the published executable.</param>
/// <param name="Kafka">Brokers.</param>
/// <param name="Elastic">Elasticsearch or OpenSearch.</param>
/// <param name="Faults">Shell commands that break a server and mend it again, each with what it breaks.</param>
internal sealed record Settings(string Engine, string Kafka, Uri Elastic, IReadOnlyList<ServerFault> Faults)
{
    /// <summary>Reads the environment; null after what is missing was said.</summary>
    public static Settings? Read(string? engine)
    {
        var missing = new List<string>();
        var path = engine ?? Variable("STREAMENRICHER") ?? Missing("STREAMENRICHER (or --engine): the published executable");
        var kafka = Variable("KAFKA_BOOTSTRAP_SERVERS") ?? Missing("KAFKA_BOOTSTRAP_SERVERS: brokers that tests may make topics on");
        var elastic = Variable("ELASTIC_URL") ?? Missing("ELASTIC_URL: an Elasticsearch or OpenSearch that tests may make data streams in");
        if (missing.Count > 0)
        {
            Console.Error.WriteLine("not set: " + string.Join("; ", missing));
            return null;
        }

        return new Settings(Path.GetFullPath(path), kafka, new Uri(elastic), [.. new[] { "KAFKA", "SEARCH" }.Select(ServerFault.Of).OfType<ServerFault>()]);

        string Missing(string what)
        {
            missing.Add(what);
            return "";
        }
    }

    /// <summary>An environment variable; null when it is empty.</summary>
    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>A server that can be killed and started.</summary>
/// <param name="Name">KAFKA or SEARCH.</param>
/// <param name="Kill">Shell command.</param>
/// <param name="Start">Shell command.</param>
internal sealed record ServerFault(string Name, string Kill, string Start)
{
    /// <summary>From FAULT_{name}_KILL and FAULT_{name}_START; null when they are not set.</summary>
    public static ServerFault? Of(string name) =>
        Settings.Variable($"FAULT_{name}_KILL") is { } kill && Settings.Variable($"FAULT_{name}_START") is { } start ? new ServerFault(name, kill, start) : null;
}

/// <summary>How much is done.</summary>
/// <param name="Events">Events of a scenario.</param>
/// <param name="Kills">Kills of a loop.</param>
/// <param name="Hang">How long a sink hangs.</param>
/// <param name="Members">How long processes join and leave.</param>
/// <param name="Soak">How long the soak takes.</param>
/// <param name="LeastShare">Part of its rate that a sink must keep while another hangs; less is asked where seconds are measured on a busy machine.</param>
internal sealed record Scale(int Events, int Kills, TimeSpan Hang, TimeSpan Members, TimeSpan Soak, double LeastShare)
{
    /// <summary>A few minutes in all, for CI.</summary>
    public static Scale Short { get; } = new(40_000, 4, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45), 0.5);

    /// <summary>Hours in all.</summary>
    public static Scale Long { get; } = new(1_000_000, 50, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), 0.9);
}
