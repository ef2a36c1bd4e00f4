using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamEnricher.Cli.Api.Taxii;

/// <summary>Answers with TAXII's media type.</summary>
internal static class TaxiiAnswers
{
    /// <summary>Media type of all answers.</summary>
    public const string MediaType = "application/taxii+json;version=2.1";

    /// <summary>Media type of the objects.</summary>
    public const string StixMediaType = "application/stix+json;version=2.1";

    /// <summary>Nothing but what JSON asks for is escaped: the answers are never part of a page.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An answer that is written by a function.</summary>
    public static IResult Json(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, Plain))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return new Answer(output.ToArray(), status);
    }

    /// <summary>An error resource.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="title">A few words.</param>
    /// <param name="description">One sentence, without secrets.</param>
    public static IResult Error(int status, string title, string description) => Json(
        writer =>
        {
            writer.WriteString("title", title);
            writer.WriteString("description", description);
            writer.WriteString("http_status", status.ToString(CultureInfo.InvariantCulture));
        },
        status);

    /// <summary>A page: an envelope, a manifest or versions. Empty when there is nothing.</summary>
    /// <param name="context">Gets the headers that say when the first and the last were added.</param>
    /// <param name="page">The objects.</param>
    /// <param name="list">Name of the list.</param>
    /// <param name="write">Writes one entry.</param>
    public static IResult Page(HttpContext context, ObjectPage page, string list, Action<Utf8JsonWriter, ServedObject> write)
    {
        if (page.Objects.Count == 0)
        {
            return Json(static _ => { });
        }

        context.Response.Headers["X-TAXII-Date-Added-First"] = Moments.Text(page.Objects[0].Added);
        context.Response.Headers["X-TAXII-Date-Added-Last"] = Moments.Text(page.Objects[^1].Added);
        return Json(writer =>
        {
            writer.WriteBoolean("more", page.More);
            if (page.More)
            {
                writer.WriteString("next", page.Objects[^1].Added.ToString(CultureInfo.InvariantCulture));
            }

            writer.WriteStartArray(list);
            foreach (var one in page.Objects)
            {
                write(writer, one);
            }

            writer.WriteEndArray();
        });
    }

    private sealed class Answer(byte[] body, int status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = MediaType;
            httpContext.Response.ContentLength = body.Length;
            await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}
