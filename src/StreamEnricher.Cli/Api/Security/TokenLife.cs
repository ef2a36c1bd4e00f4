using System.Globalization;
using System.Security.Claims;

namespace StreamEnricher.Cli.Api.Security;

/// <summary>How long a token that was taken stays good: answers that go on must end with it.</summary>
internal static class TokenLife
{
    /// <summary>The token's <c>exp</c>.</summary>
    public static DateTimeOffset? EndOf(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirst("exp")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>A source that is cancelled when the token is no longer taken.</summary>
    public static CancellationTokenSource Until(ClaimsPrincipal user, TimeProvider time)
    {
        // A timer takes 49 days at most; a stream that lives longer is asked for its token again.
        var left = (EndOf(user) ?? time.GetUtcNow()) + JwtKeys.ClockSkew - time.GetUtcNow();
        return new CancellationTokenSource(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, TimeSpan.TicksPerDay)), time);
    }
}
