using StreamEnricher.Enrichment.Conditions;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Reads the <c>sigma</c> block of a format file.</summary>
internal sealed class SigmaMappingReader(YamlReader yaml, Func<YamlNode, Condition?> condition)
{
    private static readonly string[] Keys = ["product", "category", "service", "fields", "logsources"];

    private static readonly string[] RouteKeys = ["category", "service", "when", "fields", "below"];

    /// <summary>Reads the block.</summary>
    public SigmaMapping Read(YamlNode node)
    {
        string? product = null, category = null, service = null;
        IReadOnlyDictionary<string, IReadOnlyList<string>> fields = new Dictionary<string, IReadOnlyList<string>>();
        var routes = new List<SigmaRoute>();
        foreach (var (key, _, value) in yaml.Members(node, "sigma", Keys))
        {
            switch (key)
            {
                case "product":
                    product = yaml.Required(value, key);
                    break;
                case "category":
                    category = yaml.Required(value, key);
                    break;
                case "service":
                    service = yaml.Required(value, key);
                    break;
                case "fields":
                    fields = Fields(value);
                    break;
                default:
                    routes.AddRange(Routes(value));
                    break;
            }
        }

        if (category is not null || service is not null)
        {
            routes.Insert(0, new SigmaRoute(category, service, null, new Dictionary<string, IReadOnlyList<string>>(), []));
        }

        return new SigmaMapping { Product = product, Routes = routes, Fields = fields };
    }

    private IEnumerable<SigmaRoute> Routes(YamlNode node)
    {
        if (node is not YamlSequenceNode list)
        {
            yaml.Problem(node, "logsources must be a list");
            yield break;
        }

        foreach (var item in list.Children)
        {
            string? category = null, service = null;
            Condition? when = null;
            IReadOnlyDictionary<string, IReadOnlyList<string>> fields = new Dictionary<string, IReadOnlyList<string>>();
            IReadOnlyList<string> below = [];
            foreach (var (key, _, value) in yaml.Members(item, "a logsource", RouteKeys))
            {
                switch (key)
                {
                    case "category":
                        category = yaml.Required(value, key);
                        break;
                    case "service":
                        service = yaml.Required(value, key);
                        break;
                    case "when":
                        when = condition(value);
                        break;
                    case "fields":
                        fields = Fields(value);
                        break;
                    default:
                        below = yaml.Texts(value, key);
                        break;
                }
            }

            if (category is null && service is null)
            {
                yaml.Problem(item, "a logsource needs 'category' or 'service'");
                continue;
            }

            yield return new SigmaRoute(category, service, when, fields, below);
        }
    }

    private Dictionary<string, IReadOnlyList<string>> Fields(YamlNode node)
    {
        var fields = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (name, _, value) in yaml.Members(node, "fields"))
        {
            fields[name] = yaml.Texts(value, name);
        }

        return fields;
    }
}
