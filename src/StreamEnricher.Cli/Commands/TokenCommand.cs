using System.CommandLine;
using System.Text;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>token issue</c>: a token for the API.</summary>
internal static class TokenCommand
{
    private const string SecretVariable = "JWT_SECRET";
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var subject = new Option<string>("--subject") { HelpName = "name", Description = "Who the token is for; requests are counted by it.", DefaultValueFactory = _ => "operator" };
        var role = new Option<string[]>("--role") { Required = true, Description = "What it may do: viewer reads, analyst also posts events, admin everything. Can be given several times." };
        role.AcceptOnlyFromAmong([.. Roles.All]);
        var lifetime = new Option<string>("--for") { HelpName = "duration", Description = "How long it is good, such as 8h or 30d; at most 365d.", DefaultValueFactory = _ => "8h" };
        var key = new Option<string?>("--key") { HelpName = "file", Description = $"PEM private key (RS256 or ES256). Default: HS256 with the secret in the environment variable {SecretVariable}." };
        var issuer = new Option<string>("--issuer") { HelpName = "text", Description = "The iss, where api.jwt.issuer asks for one.", DefaultValueFactory = _ => "" };
        var audience = new Option<string>("--audience") { HelpName = "text", Description = "The aud, where api.jwt.audience asks for one.", DefaultValueFactory = _ => "" };
        var issue = new DocumentedCommand(
            "issue",
            "Make a token and print it. The secret is never taken from the command line, where others could see it.",
            "JWT_SECRET=$(cat /run/secrets/jwt) streamenricher token issue --role viewer --for 30d",
            "streamenricher token issue --role admin --subject alice --key /run/secrets/jwt.pem")
        {
            role, subject, lifetime, key, issuer, audience,
        };
        issue.SetAction(async (parsed, _) =>
        {
            if (!Units.TryParseDuration(parsed.GetRequiredValue(lifetime), out var good) || good <= TimeSpan.Zero || good > Longest)
            {
                await terminal.Error.WriteLineAsync($"--for must be a duration such as 8h or 30d, at most {Longest.TotalDays:0}d");
                return ExitCodes.Usage;
            }

            try
            {
                var maker = Issuer(parsed.GetValue(key), terminal);
                await terminal.Out.WriteLineAsync(
                    maker.Issue(parsed.GetRequiredValue(subject), parsed.GetRequiredValue(role), good, parsed.GetRequiredValue(issuer), parsed.GetRequiredValue(audience)));
                return ExitCodes.Done;
            }
            catch (JwtKeyException exception)
            {
                await terminal.Error.WriteLineAsync(exception.Message);
                return ExitCodes.Usage;
            }
        });
        return new Command("token", "Tokens for the API.") { issue };
    }

    private static TokenIssuer Issuer(string? keyFile, Terminal terminal)
    {
        if (keyFile is not null)
        {
            try
            {
                return TokenIssuer.OfPrivateKey(File.ReadAllText(keyFile), TimeProvider.System);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new JwtKeyException(error.Message, error);
            }
        }

        return terminal.Environment(SecretVariable) is { } secret && Encoding.UTF8.GetByteCount(secret) >= JwtKeys.LeastSecretBytes
            ? TokenIssuer.OfSecret(secret, TimeProvider.System)
            : throw new JwtKeyException($"set {SecretVariable} to the api.jwt.secret of the pipeline ({JwtKeys.LeastSecretBytes} bytes or more), or give --key");
    }
}
