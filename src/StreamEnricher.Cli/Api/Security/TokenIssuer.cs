using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace StreamEnricher.Cli.Api.Security;

/// <summary>Makes tokens for the API.</summary>
/// <param name="credentials">Key and algorithm.</param>
/// <param name="time">Clock of <c>iat</c>, <c>nbf</c> and <c>exp</c>.</param>
internal sealed class TokenIssuer(SigningCredentials credentials, TimeProvider time)
{
    /// <summary>An issuer with an HS256 secret.</summary>
    public static TokenIssuer OfSecret(string secret, TimeProvider time) => new(new SigningCredentials(JwtKeys.SecretKey(secret), SecurityAlgorithms.HmacSha256), time);

    /// <summary>An issuer with a PEM private key: RS256 or ES256 by its kind.</summary>
    /// <exception cref="JwtKeyException">The text is no such key.</exception>
    public static TokenIssuer OfPrivateKey(string pem, TimeProvider time)
    {
        if (!pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            throw new JwtKeyException("it is no private key; tokens are signed with the private one");
        }

        SecurityKey key;
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            key = new RsaSecurityKey(rsa);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            key = CurveKey(pem, error);
        }

        return new TokenIssuer(new SigningCredentials(key, JwtKeys.AlgorithmOf(key)), time);
    }

    /// <summary>A signed token.</summary>
    /// <param name="subject">Who it is for.</param>
    /// <param name="roles">One or more of <see cref="Roles.All"/>.</param>
    /// <param name="lifetime">How long it is good.</param>
    /// <param name="issuer">The <c>iss</c>; empty for none.</param>
    /// <param name="audience">The <c>aud</c>; empty for none.</param>
    public string Issue(string subject, IReadOnlyList<string> roles, TimeSpan lifetime, string issuer = "", string audience = "")
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["roles"] = roles },
            IssuedAt = now,
            NotBefore = now,
            Expires = now + lifetime,
            Issuer = issuer.Length > 0 ? issuer : null,
            Audience = audience.Length > 0 ? audience : null,
            SigningCredentials = credentials,
        });
    }

    private static ECDsaSecurityKey CurveKey(string pem, Exception asRsa)
    {
        var curve = ECDsa.Create();
        try
        {
            curve.ImportFromPem(pem);
            return new ECDsaSecurityKey(curve);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            curve.Dispose();
            throw new JwtKeyException("no PEM private key of RSA or P-256", asRsa);
        }
    }
}
