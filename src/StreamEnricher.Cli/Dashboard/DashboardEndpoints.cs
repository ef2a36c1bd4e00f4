using System.Collections.Frozen;
using System.Security.Cryptography;

namespace StreamEnricher.Cli.Dashboard;

/// <summary>The dashboard: <c>GET /</c> and the files that it is made of. They are part of the program and hold no data; what they show they ask the API for, with a token.</summary>
internal static class DashboardEndpoints
{
    private const string Prefix = "dashboard/";
    private const string PageName = Prefix + "index.html";
    private const int NonceBytes = 18;

    private static readonly FrozenDictionary<string, byte[]> Files = Load();

    /// <summary>Adds the page.</summary>
    /// <param name="routes">Takes the calls.</param>
    /// <param name="hasKey">The API has a key, so tokens are taken; without one the page says how to make one.</param>
    public static void Map(IEndpointRouteBuilder routes, bool hasKey)
    {
        var page = System.Text.Encoding.UTF8.GetString(Files[PageName]).Replace("{{key}}", hasKey ? "yes" : "no", StringComparison.Ordinal);
        routes.MapGet("/", (HttpContext context) => Page(context, page)).ExcludeFromDescription();
        foreach (var (name, content) in Files)
        {
            if (name != PageName)
            {
                var type = name.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
                routes.MapGet("/" + name, () => Results.Bytes(content, type)).ExcludeFromDescription();
            }
        }
    }

    /// <summary>
    /// Only what the page itself names is run, nothing is loaded from elsewhere or sent elsewhere, nobody may frame it, and no script can turn a text into markup
    /// (Trusted Types): a value of an event stays a text even if the page had a mistake.
    /// </summary>
    internal static string Policy(string nonce) =>
        $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static IResult Page(HttpContext context, string page)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy(nonce);
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        return Results.Content(page.Replace("{{nonce}}", nonce, StringComparison.Ordinal), "text/html; charset=utf-8");
    }

    private static FrozenDictionary<string, byte[]> Load()
    {
        var assembly = typeof(DashboardEndpoints).Assembly;
        return assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(static name => name, name =>
        {
            using var content = assembly.GetManifestResourceStream(name)!;
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            return bytes.ToArray();
        });
    }
}
