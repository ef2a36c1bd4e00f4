using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Api.Security;

/// <summary>The keys and rules that tokens are checked with (RFC 7519, RFC 8725).</summary>
/// <remarks>
/// An algorithm is taken only if a key of its kind is configured, and a key only for the algorithm of its kind: a public key is never a secret of HS256, and
/// <c>alg: none</c> is never taken.
/// </remarks>
internal static class JwtKeys
{
    /// <summary>Least bytes of an HS256 secret (RFC 7518 §3.2).</summary>
    public const int LeastSecretBytes = 32;

    /// <summary>Least bits of an RSA key (RFC 7518 §3.3).</summary>
    public const int LeastRsaBits = 2048;

    /// <summary>How far clocks may be apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>What a token must be like.</summary>
    /// <param name="jwt">Configured keys.</param>
    /// <param name="resolve">Makes a full path of a configured one.</param>
    /// <param name="time">Clock of expiry and of reading the JWKS file again.</param>
    /// <param name="loggers">Told when a changed JWKS file cannot be used.</param>
    /// <exception cref="JwtKeyException">A key file cannot be used.</exception>
    public static TokenValidationParameters Parameters(JwtOptions jwt, Func<string, string> resolve, TimeProvider time, ILoggerFactory loggers)
    {
        var fixedKeys = new List<SecurityKey>();
        var algorithms = new HashSet<string>(StringComparer.Ordinal);
        if (jwt.Secret.Reveal() is { } secret)
        {
            fixedKeys.Add(SecretKey(secret));
            algorithms.Add(SecurityAlgorithms.HmacSha256);
        }

        if (jwt.PublicKey.Length > 0)
        {
            var key = PublicKey(resolve(jwt.PublicKey));
            fixedKeys.Add(key);
            algorithms.Add(AlgorithmOf(key));
        }

        var jwks = jwt.Jwks.Length > 0 ? new JwksFile(resolve(jwt.Jwks), time, loggers.CreateLogger<JwksFile>()) : null;
        if (jwks is not null)
        {
            algorithms.UnionWith([SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256]);
        }

        return new TokenValidationParameters
        {
            ValidAlgorithms = algorithms,
            IssuerSigningKeyResolver = (_, _, id, _) => Candidates(fixedKeys, jwks, id),
            RequireSignedTokens = true,
            ValidateIssuerSigningKey = true,
            RequireExpirationTime = true,
            ValidateLifetime = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires, time.GetUtcNow().UtcDateTime),
            ValidateIssuer = jwt.Issuer.Length > 0,
            ValidIssuer = jwt.Issuer,
            ValidateAudience = jwt.Audience.Length > 0,
            ValidAudience = jwt.Audience,
            TryAllIssuerSigningKeys = true,
            NameClaimType = "sub",
            RoleClaimType = "role",
        };
    }

    /// <summary>The key of an HS256 secret.</summary>
    public static SymmetricSecurityKey SecretKey(string secret) => new(Encoding.UTF8.GetBytes(secret));

    /// <summary>What is wrong with a public key file; null when it can be used.</summary>
    public static string? CheckPublicKey(string path)
    {
        try
        {
            _ = PublicKey(path);
            return null;
        }
        catch (JwtKeyException error)
        {
            return error.Message;
        }
    }

    /// <summary>The JWS algorithm that a key is used with: RS256 or ES256.</summary>
    /// <exception cref="JwtKeyException">The key is of another kind, or too weak.</exception>
    public static string AlgorithmOf(SecurityKey key) => key switch
    {
        RsaSecurityKey { KeySize: >= LeastRsaBits } => SecurityAlgorithms.RsaSha256,
        RsaSecurityKey weak => throw new JwtKeyException($"an RSA key of {weak.KeySize} bits; RS256 needs {LeastRsaBits}"),
        ECDsaSecurityKey { KeySize: 256 } => SecurityAlgorithms.EcdsaSha256,
        ECDsaSecurityKey other => throw new JwtKeyException($"an elliptic curve of {other.KeySize} bits; ES256 needs P-256"),
        _ => throw new JwtKeyException("neither an RSA nor a P-256 key"),
    };

    private static List<SecurityKey> Candidates(List<SecurityKey> fixedKeys, JwksFile? jwks, string? id) =>
        jwks is null ? fixedKeys : [.. fixedKeys, .. jwks.Keys().Where(key => string.IsNullOrEmpty(id) || string.IsNullOrEmpty(key.KeyId) || key.KeyId == id)];

    /// <exception cref="SecurityTokenNoExpirationException">The token would be good for ever.</exception>
    private static bool IsAlive(DateTime? notBefore, DateTime? expires, DateTime now) =>
        expires is { } end ? now < end + ClockSkew && !(notBefore > now + ClockSkew) : throw new SecurityTokenNoExpirationException("no exp");

    private static SecurityKey PublicKey(string path)
    {
        var text = Read(path);
        var key = text.Contains("CERTIFICATE", StringComparison.Ordinal) ? OfCertificate(text) : OfPem(text);
        _ = AlgorithmOf(key);
        return key;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JwtKeyException(error.Message, error);
        }
    }

    private static SecurityKey OfCertificate(string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return certificate.GetRSAPublicKey() is { } rsa ? new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false))
                : certificate.GetECDsaPublicKey() is { } curve ? new ECDsaSecurityKey(curve)
                : throw new JwtKeyException("the certificate has neither an RSA nor a P-256 key");
        }
        catch (CryptographicException error)
        {
            throw new JwtKeyException($"no certificate: {error.Message}", error);
        }
    }

    private static SecurityKey OfPem(string pem)
    {
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            throw new JwtKeyException("it is a private key; keep that where tokens are made, and give the public key (openssl pkey -pubout)");
        }

        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            rsa.Dispose();
        }

        var curve = ECDsa.Create();
        try
        {
            curve.ImportFromPem(pem);
            return new ECDsaSecurityKey(curve);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            curve.Dispose();
            throw new JwtKeyException("no PEM public key of RSA or P-256", error);
        }
    }
}
