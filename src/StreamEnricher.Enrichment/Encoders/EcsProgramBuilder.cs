using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Collects the fields of a case as a tree and flattens it into the steps of an <see cref="EcsProgram"/>.</summary>
internal sealed class EcsProgramBuilder
{
    private static readonly string[] HashNames = ["md5", "sha1", "sha256", "sha384", "sha512", "ssdeep", "tlsh"];
    private static readonly string[] Endpoints = ["source", "destination", "client", "server"];

    private readonly Node _root = new("", null);
    private readonly List<int> _ip = [];
    private readonly List<int> _user = [];
    private readonly List<int> _hosts = [];
    private readonly List<int> _hash = [];
    private readonly List<int> _rule = [];

    /// <summary>A field that gets a value.</summary>
    public void Add(string field, int value)
    {
        Leaf(field).Value = value;
        var steps = field.Split('.');
        switch (steps)
        {
            // dns.resolved_ip and the like are addresses that were seen, too.
            case [.., "ip" or "resolved_ip" or "forwarded_ip"]:
                _ip.Add(value);
                break;
            case [.., "user", "name"] or ["user", "target" or "effective", "name"]:
                _user.Add(value);
                break;
            case ["host", "name" or "hostname"] or ["dns", "question", "name"]:
            case [var set, "domain"] when Endpoints.Contains(set):
                _hosts.Add(value);
                break;
            case ["rule", ..]:
                _rule.Add(value);
                break;
            case [.., "hash", var algorithm] when HashNames.Contains(algorithm):
                _hash.Add(value);
                break;
            default:
                break;
        }
    }

    /// <summary>The finished program.</summary>
    public EcsProgram Build(string vendorNamespace)
    {
        var steps = new List<EcsInstruction>
        {
            new(EcsStep.Timestamp, Name("@timestamp"), -1),
            new(EcsStep.Literal, System.Text.Encoding.UTF8.GetBytes($"\"ecs\":{{\"version\":\"{EcsFields.Version}\"}}"), -1),
        };
        Special("event", EcsStep.EventId);
        Special("event", EcsStep.Original);
        var tags = _root.Children.Find(child => child.Name == "tags")?.Value ?? -1;
        _root.Children.RemoveAll(child => child.Name == "tags");
        Special("threat", EcsStep.Threat);
        Special("rule", EcsStep.Rule);
        Special("related", EcsStep.Related);
        Special("cybersecurity", EcsStep.Own);
        Special("kafka", EcsStep.Kafka);
        var vendor = _root;
        foreach (var step in vendorNamespace.Split('.'))
        {
            vendor = vendor.Child(step);
        }

        vendor.Specials.Add(EcsStep.Vendor);
        steps.Add(new EcsInstruction(EcsStep.Tags, Name("tags"), tags));
        Flatten(_root, steps);
        return new EcsProgram([.. steps], [List("ip", _ip), List("user", _user), List("hosts", _hosts), List("hash", _hash)], _rule);
    }

    private static (byte[] Name, int[] Values) List(string name, List<int> values) => ([.. Name(name), (byte)'['], [.. values]);

    private static byte[] Name(string name) => System.Text.Encoding.UTF8.GetBytes($"{ConstantPool.Quote(name)}:");

    private static void Flatten(Node node, List<EcsInstruction> steps)
    {
        foreach (var special in node.Specials)
        {
            steps.Add(new EcsInstruction(special, [], -1));
        }

        foreach (var child in node.Children)
        {
            if (child.Value is { } value)
            {
                steps.Add(new EcsInstruction(EcsStep.Value, Name(child.Name), value));
                continue;
            }

            steps.Add(new EcsInstruction(EcsStep.Open, Name(child.Name), -1));
            Flatten(child, steps);
            steps.Add(new EcsInstruction(EcsStep.Close, [], -1));
        }
    }

    private Node Leaf(string field) => field.Split('.').Aggregate(_root, (node, step) => node.Child(step));

    private void Special(string name, EcsStep step) => _root.Child(name).Specials.Add(step);

    private sealed class Node(string name, int? value)
    {
        public string Name { get; } = name;

        public int? Value { get; set; } = value;

        public List<Node> Children { get; } = [];

        public List<EcsStep> Specials { get; } = [];

        public Node Child(string child)
        {
            var found = Children.Find(one => one.Name == child);
            if (found is null)
            {
                found = new Node(child, null);
                Children.Add(found);
            }

            return found;
        }
    }
}
