using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace StreamEnricher.Cli.Api.Taxii;

/// <summary>The read-only TAXII 2.1 server: discovery, one API root, collections, objects, manifest, versions.</summary>
internal static class TaxiiEndpoints
{
    /// <summary>Where the discovery is.</summary>
    public const string Discovery = "/taxii2/";

    /// <summary>Where the API root is.</summary>
    public const string Root = "/taxii2/root/";

    private const long PageBytes = 8 << 20;
    private const int MaxContentLength = 1 << 20;

    /// <summary>Adds the calls when the server is on.</summary>
    public static void Map(IEndpointRouteBuilder routes, TaxiiFeed? feed)
    {
        if (feed is null)
        {
            return;
        }

        // TAXII is described by its own specification, not by this API's.
        var group = routes.MapGroup(Discovery).ExcludeFromDescription();
        group.AddEndpointFilter((context, next) => Refusal(context.HttpContext, feed) is { } refused ? ValueTask.FromResult<object?>(refused) : next(context));
        group.MapGet("", () => TaxiiAnswers.Json(writer =>
        {
            writer.WriteString("title", feed.Title);
            writer.WriteString("description", "What StreamEnricher detects, as STIX 2.1. Read only.");
            writer.WriteString("default", Root);
            Texts(writer, "api_roots", Root);
        }));
        group.MapGet("root", () => TaxiiAnswers.Json(writer =>
        {
            writer.WriteString("title", feed.Title);
            Texts(writer, "versions", TaxiiAnswers.MediaType);
            writer.WriteNumber("max_content_length", MaxContentLength);
        }));
        group.MapGet("root/collections", () => TaxiiAnswers.Json(writer =>
        {
            writer.WriteStartArray("collections");
            foreach (var collection in feed.Collections)
            {
                writer.WriteStartObject();
                Write(writer, collection);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }));
        group.MapGet("root/collections/{collection}", (string collection) => Find(feed, collection) is { } found ? TaxiiAnswers.Json(writer => Write(writer, found)) : NoCollection());
        group.MapGet("root/collections/{collection}/objects", (HttpContext context, string collection) => Page(context, feed, collection, null, "objects", WriteObject));
        group.MapGet("root/collections/{collection}/objects/{id}", (HttpContext context, string collection, string id) => Page(context, feed, collection, id, "objects", WriteObject));
        group.MapGet("root/collections/{collection}/manifest", (HttpContext context, string collection) => Page(context, feed, collection, null, "objects", WriteManifest));
        group.MapGet(
            "root/collections/{collection}/objects/{id}/versions",
            (HttpContext context, string collection, string id) => Page(context, feed, collection, id, "versions", static (writer, one) => writer.WriteStringValue(one.VersionText), allVersions: true));
        group.Map("{**rest}", (HttpContext context) => HttpMethods.IsGet(context.Request.Method)
            ? TaxiiAnswers.Error(StatusCodes.Status404NotFound, "Not found", "there is nothing at this address")
            : TaxiiAnswers.Error(StatusCodes.Status403Forbidden, "Forbidden", "this server is read only"));
    }

    /// <summary>Why a request is not answered, whatever it asks for; null when it is.</summary>
    private static IResult? Refusal(HttpContext context, TaxiiFeed feed)
    {
        if (TaxiiAccess.Check(context, feed.Options) is { } refused)
        {
            return refused;
        }

        if (!Accepts(context.Request.Headers.Accept))
        {
            return TaxiiAnswers.Error(StatusCodes.Status406NotAcceptable, "Not acceptable", $"Accept must allow {TaxiiAnswers.MediaType}");
        }

        if (feed.Store.IsCaughtUp)
        {
            return null;
        }

        context.Response.Headers.RetryAfter = "5";
        return TaxiiAnswers.Error(StatusCodes.Status503ServiceUnavailable, "Starting", "the objects are still being read from their topic");
    }

    private static bool Accepts(Microsoft.Extensions.Primitives.StringValues accept) =>
        accept.Count == 0
        || (MediaTypeHeaderValue.TryParseList(accept, out var types) && types.Any(static type =>
            type.MatchesAllTypes || (type.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase))
            || (type.MediaType.Equals("application/taxii+json", StringComparison.OrdinalIgnoreCase)
                && type.Parameters.All(static one => !one.Name.Equals("version", StringComparison.OrdinalIgnoreCase) || one.Value.Equals("2.1", StringComparison.Ordinal)))));

    private static IResult Page(
        HttpContext context, TaxiiFeed feed, string collection, string? id, string list, Action<Utf8JsonWriter, ServedObject> write, bool allVersions = false)
    {
        if (Find(feed, collection) is not { } found)
        {
            return NoCollection();
        }

        if (TaxiiQuery.Read(context.Request.Query, out var problem) is not { } query)
        {
            return TaxiiAnswers.Error(StatusCodes.Status400BadRequest, "Bad request", problem!);
        }

        if (id is not null)
        {
            if (!feed.Store.Has(id, found.Types))
            {
                return TaxiiAnswers.Error(StatusCodes.Status404NotFound, "Not found", "the collection does not have this object");
            }

            query = query with { Ids = new HashSet<string>(StringComparer.Ordinal) { id }, All = query.All || allVersions };
        }

        return TaxiiAnswers.Page(context, feed.Store.Page(query, found.Types, PageBytes), list, write);
    }

    private static ServedCollection? Find(TaxiiFeed feed, string name) => feed.Collections.FirstOrDefault(one => one.Id == name || one.Alias == name);

    private static IResult NoCollection() => TaxiiAnswers.Error(StatusCodes.Status404NotFound, "Not found", "there is no such collection");

    private static void WriteObject(Utf8JsonWriter writer, ServedObject one) => writer.WriteRawValue(one.Json, skipInputValidation: true);

    private static void WriteManifest(Utf8JsonWriter writer, ServedObject one)
    {
        writer.WriteStartObject();
        writer.WriteString("id", one.Id);
        writer.WriteString("date_added", Moments.Text(one.Added));
        writer.WriteString("version", one.VersionText);
        writer.WriteString("media_type", $"application/stix+json;version={one.SpecVersion}");
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ServedCollection collection)
    {
        writer.WriteString("id", collection.Id);
        writer.WriteString("title", collection.Title);
        writer.WriteString("description", collection.Description);
        writer.WriteString("alias", collection.Alias);
        writer.WriteBoolean("can_read", true);
        writer.WriteBoolean("can_write", false);
        Texts(writer, "media_types", TaxiiAnswers.StixMediaType);
    }

    private static void Texts(Utf8JsonWriter writer, string name, params ReadOnlySpan<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
