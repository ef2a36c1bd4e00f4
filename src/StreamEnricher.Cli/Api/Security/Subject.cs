using System.Security.Claims;

namespace StreamEnricher.Cli.Api.Security;

/// <summary>Whose token a request carries.</summary>
internal static class Subject
{
    /// <summary>The token's <c>sub</c>; empty when it has none.</summary>
    public static string Of(ClaimsPrincipal user) => user.FindFirst("sub")?.Value ?? "";

    /// <summary>The same for a line of the log, where a name must not begin a new one.</summary>
    public static string ForLog(ClaimsPrincipal user) => Uri.EscapeDataString(Of(user));
}
