using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace StreamEnricher.Cli.Api.Security;

/// <summary>Who may call what: bearer tokens, roles, and the answers to those who may not.</summary>
internal static class BearerSetup
{
    /// <summary>Longest token that is looked at, in characters.</summary>
    private const int LongestToken = 8192;

    private const string NoKey = "this process has no key to check tokens with: set api.jwt in its pipeline file";

    /// <summary>Adds authentication and one policy for each kind of call.</summary>
    /// <param name="services">The listener's services.</param>
    /// <param name="parameters">What a token must be like; null: there is no key, so no token is taken.</param>
    public static void Add(IServiceCollection services, TokenValidationParameters? parameters)
    {
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.TokenValidationParameters = parameters ?? new TokenValidationParameters();
            options.Events = new JwtBearerEvents
            {
                OnMessageReceived = context => ReceiveAsync(context, parameters is not null),
                OnChallenge = context => ChallengeAsync(context, parameters is not null),
                OnForbidden = ForbidAsync,
            };
        });
        var authorization = services.AddAuthorizationBuilder();
        foreach (var (policy, roles) in Roles.Policies)
        {
            authorization.AddPolicy(policy, builder => builder.RequireAuthenticatedUser().RequireAssertion(context => Roles.HasOne(context.User, roles)));
        }
    }

    private static Task ReceiveAsync(MessageReceivedContext context, bool hasKey)
    {
        if (!hasKey)
        {
            context.NoResult();
        }
        else if (context.Request.Headers.Authorization.ToString().Length > LongestToken)
        {
            context.Fail("the token is too long");
        }

        return Task.CompletedTask;
    }

    private static async Task ChallengeAsync(JwtBearerChallengeContext context, bool hasKey)
    {
        context.HandleResponse();
        var sent = context.Request.Headers.Authorization.Count > 0;
        var detail = !hasKey ? NoKey : sent ? Describe(context.AuthenticateFailure) : "send a token: Authorization: Bearer …";
        context.Response.Headers.WWWAuthenticate = hasKey && sent ? $"Bearer error=\"invalid_token\", error_description=\"{detail}\"" : "Bearer";
        await Problems.WriteAsync(context.HttpContext, StatusCodes.Status401Unauthorized, detail);
    }

    private static async Task ForbidAsync(ForbiddenContext context)
    {
        var policy = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>()?.Policy;
        var roles = policy is not null && Roles.Policies.TryGetValue(policy, out var found) ? found : Roles.All;
        await Problems.WriteAsync(context.HttpContext, StatusCodes.Status403Forbidden, $"the token has none of the roles {string.Join(", ", roles)} (claim role or roles)");
    }

    /// <summary>What is wrong with a token, in our own words: those of the library may repeat parts of it.</summary>
    private static string Describe(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException or SecurityTokenNotYetValidException or SecurityTokenInvalidLifetimeException => "the token has expired, or is not valid yet",
        SecurityTokenNoExpirationException => "the token has no exp",
        SecurityTokenInvalidIssuerException => "the token is of another issuer",
        SecurityTokenInvalidAudienceException => "the token is for another audience",
        SecurityTokenInvalidAlgorithmException => "the token's alg is not taken",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException => "the token is not signed with a key and an alg that are taken",
        _ => "the token cannot be used",
    };
}
