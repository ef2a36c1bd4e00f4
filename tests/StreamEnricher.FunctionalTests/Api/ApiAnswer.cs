using System.Net;
using System.Text.Json.Nodes;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>An answer of the API.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, string Body, string? Type, string Challenge)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The sentence of a problem document, once it is one of the given status.</summary>
    public string ProblemOf(HttpStatusCode status)
    {
        Assert.Equal((status, "application/problem+json"), (Status, Type));
        Assert.Equal((int)status, (int)Json["status"]!);
        return (string)Json["detail"]!;
    }
}
