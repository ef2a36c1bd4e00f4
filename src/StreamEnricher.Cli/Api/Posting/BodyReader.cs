namespace StreamEnricher.Cli.Api.Posting;

/// <summary>Reads a request's body whole; the server's limit on its size holds.</summary>
internal static class BodyReader
{
    /// <summary>The body, or the answer that says why there is none.</summary>
    public static async Task<(byte[] Body, IResult? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            using var body = new MemoryStream();
            await request.BodyReader.CopyToAsync(body, cancellation);
            return (body.ToArray(), null);
        }
        catch (BadHttpRequestException error)
        {
            var limit = request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
            return ([], Problems.Of(error.StatusCode, error.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"a request may have {limit} bytes (api.limits.body)" : "the request's body is broken"));
        }
    }
}
