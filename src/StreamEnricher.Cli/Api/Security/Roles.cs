using System.Security.Claims;

namespace StreamEnricher.Cli.Api.Security;

/// <summary>Roles that a token carries in its claim <c>role</c> or <c>roles</c>, and what they may do.</summary>
internal static class Roles
{
    /// <summary>May do everything.</summary>
    public const string Admin = "admin";

    /// <summary>May post events and read.</summary>
    public const string Analyst = "analyst";

    /// <summary>May read.</summary>
    public const string Viewer = "viewer";

    /// <summary>Policy of calls that read.</summary>
    public const string MayRead = "read";

    /// <summary>Policy of calls that post events.</summary>
    public const string MayPost = "post";

    /// <summary>Policy of calls that change what the pipeline does.</summary>
    public const string MayOperate = "operate";

    /// <summary>All roles.</summary>
    public static IReadOnlyList<string> All { get; } = [Admin, Analyst, Viewer];

    /// <summary>Which roles a policy lets in.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Policies { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [MayRead] = [Admin, Analyst, Viewer],
        [MayPost] = [Admin, Analyst],
        [MayOperate] = [Admin],
    };

    /// <summary>The user has one of the roles.</summary>
    public static bool HasOne(ClaimsPrincipal user, IReadOnlyList<string> roles) =>
        user.Claims.Any(claim => claim.Type is "role" or "roles" && roles.Contains(claim.Value, StringComparer.Ordinal));
}
