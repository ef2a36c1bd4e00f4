using System.Text;
using StreamEnricher.Enrichment.Conditions;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.UnitTests.Enrichment.Conditions;

/// <summary>Conditions from YAML text, and what they say of a document.</summary>
internal static class ConditionParsing
{
    public static YamlNode Node(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents[0].RootNode;
    }

    public static Condition Parse(string yaml)
    {
        var condition = Condition.Parse(Node(yaml), out var errors);
        Assert.Empty(errors);
        return condition!;
    }

    public static IReadOnlyList<ConditionError> Errors(string yaml)
    {
        Assert.Null(Condition.Parse(Node(yaml), out var errors));
        return errors;
    }

    public static bool Matches(string yaml, string document)
    {
        var condition = Parse(yaml);
        var reader = new DocumentFieldReader(condition, Encoding.UTF8.GetBytes(document));
        return condition.Matches(ref reader);
    }
}
