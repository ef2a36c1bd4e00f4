using System.Text.RegularExpressions;

namespace StreamEnricher.Cli.Api.Taps;

/// <summary>Takes secrets out of texts: passwords in command lines, addresses and headers, tokens of known shapes, private keys.</summary>
/// <remarks>It is a net with a reasonable mesh, not a proof: what is called neither a secret nor looks like one stays.</remarks>
internal static partial class SecretText
{
    /// <summary>What stands in their place.</summary>
    public const string Mask = "***";

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>The value of a member of this name is a secret, whatever it is.</summary>
    public static bool IsSecretName(string name) => SecretName().IsMatch(name);

    /// <summary>The text without what looks like a secret; the same object when nothing does.</summary>
    public static string Redact(string text)
    {
        if (text.Length < 8)
        {
            return text;
        }

        text = PrivateKey().Replace(text, Mask);
        text = KnownToken().Replace(text, Mask);
        text = Scheme().Replace(text, "$1 " + Mask);
        text = UserInfo().Replace(text, "$1" + Mask + "@");
        return Assignment().Replace(text, "$1$2" + Mask);
    }

    [GeneratedRegex("(?i)(^|[._-])(pass(word|wd|phrase)?|pwd|secret|client_?secret|(access|auth|refresh|id|session|security|api)?_?token|api_?key|access_?key(_?id)?|secret_?key|private_?key|authorization|cookie|set-cookie|credentials?)$", Linear)]
    private static partial Regex SecretName();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?", Linear)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*|(AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}|glpat-[A-Za-z0-9_-]{20,}", Linear)]
    private static partial Regex KnownToken();

    [GeneratedRegex(@"(?i)\b(bearer|basic|negotiate|apikey|splunk)\s+[A-Za-z0-9+/._~=-]{8,}", Linear)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@:]*:[^\s/@]+@", Linear)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(?i)((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|client[_-]?secret))(\x22?'?\s*[=:]\s*\x22?'?|\s+-\w+\s+|\s+(?:\x22|'))[^\s\x22',;&}]+", Linear)]
    private static partial Regex Assignment();
}
