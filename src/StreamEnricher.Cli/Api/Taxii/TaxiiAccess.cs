using System.Security.Cryptography;
using System.Text;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Api.Taxii;

/// <summary>Who may read from the TAXII server: tokens with a role, as in the rest of the API, and the configured user of basic authentication.</summary>
internal static class TaxiiAccess
{
    private const int LongestCredentials = 1024;

    /// <summary>Null when the caller may read; otherwise the answer.</summary>
    public static IResult? Check(HttpContext context, ApiTaxiiOptions options)
    {
        if (context.User.Identity is { IsAuthenticated: true })
        {
            return Roles.HasOne(context.User, Roles.Policies[Roles.MayRead])
                ? null
                : TaxiiAnswers.Error(StatusCodes.Status403Forbidden, "Forbidden", $"the token has none of the roles {string.Join(", ", Roles.Policies[Roles.MayRead])}");
        }

        if (options.Username.Length > 0 && IsUser(context.Request.Headers.Authorization.ToString(), options))
        {
            return null;
        }

        context.Response.Headers.WWWAuthenticate = options.Username.Length > 0 ? new[] { "Basic realm=\"taxii\", charset=\"UTF-8\"", "Bearer" } : "Bearer";
        return TaxiiAnswers.Error(StatusCodes.Status401Unauthorized, "Unauthorized", "send the user of api.taxii, or a token with a role");
    }

    private static bool IsUser(string header, ApiTaxiiOptions options)
    {
        const string scheme = "Basic ";
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || header.Length > LongestCredentials)
        {
            return false;
        }

        var given = new byte[header.Length];
        return Convert.TryFromBase64String(header[scheme.Length..].Trim(), given, out var length)
            && Same(given.AsSpan(0, length), Encoding.UTF8.GetBytes($"{options.Username}:{options.Password.Reveal()}"));
    }

    /// <summary>Equal; how long it takes tells nothing of where they differ.</summary>
    private static bool Same(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(one), SHA256.HashData(other));
}
