using Microsoft.AspNetCore.Mvc;

namespace StreamEnricher.Cli.Api;

/// <summary>Answers that say what is wrong (RFC 9457).</summary>
internal static class Problems
{
    /// <summary>Media type of the answers.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>A problem document.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="detail">One sentence for the caller, without secrets.</param>
    public static IResult Of(int status, string detail) => Results.Problem(detail, statusCode: status);

    /// <summary>Writes a problem document as the whole answer.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(
            new ProblemDetailsContext { HttpContext = context, ProblemDetails = new ProblemDetails { Status = status, Detail = detail } });
    }
}
