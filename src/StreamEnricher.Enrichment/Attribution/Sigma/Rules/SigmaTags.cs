using System.Text;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>Reads the tags of a rule (Sigma specification, "Tags").</summary>
internal static class SigmaTags
{
    private const string Namespace = "attack.";

    /// <summary>The techniques of tags such as <c>attack.t1059.001</c>, each once and in order; tactics, groups and other namespaces are passed over.</summary>
    public static IReadOnlyList<string> Techniques(YamlNode? tags)
    {
        var techniques = new List<string>();
        Span<byte> canonical = stackalloc byte[TechniqueIds.MaxLength];
        foreach (var tag in (tags as YamlSequenceNode)?.Children ?? [])
        {
            if (tag is YamlScalarNode { Value: { } text } && text.StartsWith(Namespace, StringComparison.OrdinalIgnoreCase)
                && TechniqueIds.TryFind(Encoding.UTF8.GetBytes(text[Namespace.Length..]), canonical, out var length, out _))
            {
                var id = Encoding.ASCII.GetString(canonical[..length]);
                if (!techniques.Contains(id))
                {
                    techniques.Add(id);
                }
            }
        }

        return techniques;
    }
}
