using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Api;

/// <summary>How many requests one client may send.</summary>
internal static class ClientLimits
{
    private const int PeriodsASecond = 10;
    private const int NetworkBytes = 8;

    /// <summary>Adds the limits: one bucket for each subject of a valid token, one for each address without.</summary>
    public static void Add(IServiceCollection services, ApiLimits limits) => services.AddRateLimiter(options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = async (context, _) =>
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
            context.HttpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await Problems.WriteAsync(context.HttpContext, StatusCodes.Status429TooManyRequests, $"more than {limits.Rate} requests a second (api.limits.rate)");
        };
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            IsOpen(context.Request.Path) ? RateLimitPartition.GetNoLimiter("open") : RateLimitPartition.GetTokenBucketLimiter(ClientOf(context), _ => Bucket(limits)));
    });

    /// <summary>Who the request is counted for: the token's subject, else the address (of IPv6 the network of 64 bits, which one client may own whole).</summary>
    internal static string ClientOf(HttpContext context) =>
        context.User.Identity is { IsAuthenticated: true } ? "subject " + context.User.FindFirst("sub")?.Value : "address " + Network(context.Connection.RemoteIpAddress);

    private static string Network(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => new IPAddress([.. address.GetAddressBytes().Take(NetworkBytes), .. new byte[NetworkBytes]]).ToString(),
        _ => address.ToString(),
    };

    /// <summary>Health and metrics are asked for by machines at their own pace.</summary>
    private static bool IsOpen(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics");

    private static TokenBucketRateLimiterOptions Bucket(ApiLimits limits) => new()
    {
        TokenLimit = limits.Rate * 2,
        TokensPerPeriod = Math.Max(1, limits.Rate / PeriodsASecond),
        ReplenishmentPeriod = TimeSpan.FromSeconds(limits.Rate >= PeriodsASecond ? 1.0 / PeriodsASecond : 1.0 / limits.Rate),
        QueueLimit = 0,
        AutoReplenishment = true,
    };
}
