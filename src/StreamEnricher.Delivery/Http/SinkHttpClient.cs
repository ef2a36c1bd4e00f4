using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace StreamEnricher.Delivery.Http;

/// <summary>Makes the HttpClient of one sink.</summary>
internal static class SinkHttpClient
{
    /// <summary>Replies are short; a longer one is no reply of a sink.</summary>
    private const long MaxReplyBytes = 64L << 20;

    /// <summary>A client with connections of its own. Redirects are not followed: they would lose the credentials, or send events where nobody meant them to go.</summary>
    /// <exception cref="IOException">A certificate file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate file is no PEM certificate.</exception>
    /// <param name="settings">TLS.</param>
    /// <param name="keepsCookies">Cookies are kept, so that a load balancer finds the same server again.</param>
    public static HttpClient Create(HttpSettings settings, bool keepsCookies = false)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectCallback = SinkSocket.ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // A name may come to mean other addresses; connections are not kept longer than that may go unnoticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            UseCookies = keepsCookies,
            // Events go where the pipeline says, whatever HTTP_PROXY is set for other programs.
            UseProxy = false,
            SslOptions = Tls(settings),
        };
        return new HttpClient(handler)
        {
            // Each request has its own limit, so that a late one is told apart from the engine's stop.
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxReplyBytes,
            DefaultRequestVersion = HttpVersion.Version11,
        };
    }

    private static SslClientAuthenticationOptions Tls(HttpSettings settings)
    {
        var options = new SslClientAuthenticationOptions();
        if (settings.Certificate is { } certificate)
        {
            options.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, settings.Key)];
        }

        if (settings.InsecureSkipVerify)
        {
#pragma warning disable CA5359 // The operator asked for it by name, and the log says so.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (settings.CertificateAuthority is { } authority)
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPemFile(authority);
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        return options;
    }
}
