using System.CommandLine;
using System.Text;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Commands.Sinks;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Commands.Live;

/// <summary>The options that say which process to look at, and as whom.</summary>
internal sealed class ApiAddress
{
    private const string UrlVariable = "STREAMENRICHER_URL";
    private const string SecretVariable = "JWT_SECRET";
    private static readonly TimeSpan OwnLifetime = TimeSpan.FromHours(8);

    private readonly Option<string?> _url = new("--url")
    {
        HelpName = "url",
        Description = $"Where the process listens (api.listen), also on another host. Default: the environment variable {UrlVariable}, else http://{Defaults.ApiListen}.",
    };

    private readonly Option<string?> _token = new("--token")
    {
        HelpName = "token",
        Description = $"A token with any role. Others on this host can read command lines: rather set {RunningPipeline.TokenVariable}, or {SecretVariable} to the pipeline's api.jwt.secret.",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_token);
    }

    /// <summary>A client for what the command line says; null when it says something wrong, which is then said on standard error.</summary>
    public ApiClient? Connect(ParseResult parsed, Terminal terminal)
    {
        var url = parsed.GetValue(_url) ?? terminal.Environment(UrlVariable) ?? $"http://{Defaults.ApiListen}";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            terminal.Error.WriteLine($"--url must be such as http://127.0.0.1:8080 or https://host: {url}");
            return null;
        }

        var token = parsed.GetValue(_token) ?? terminal.Environment(RunningPipeline.TokenVariable) ?? OwnToken(terminal);
        if (token is { Length: > 0 } && address is { Scheme: "http", IsLoopback: false })
        {
            terminal.Error.WriteLine($"warning: the token goes to {address.Host} unencrypted; use https where the way is not your own");
        }

        return new ApiClient(address, token);
    }

    /// <summary>Who knows the secret may make himself a token.</summary>
    private static string? OwnToken(Terminal terminal) =>
        terminal.Environment(SecretVariable) is { } secret && Encoding.UTF8.GetByteCount(secret) >= JwtKeys.LeastSecretBytes
            ? TokenIssuer.OfSecret(secret, TimeProvider.System).Issue("streamenricher", [Roles.Viewer], OwnLifetime)
            : null;
}
