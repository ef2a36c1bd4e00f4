namespace StreamEnricher.Delivery.Pacing;

/// <summary>The most that a sink may be sent (pipeline: <c>rate_limit</c>).</summary>
/// <param name="PerSecond">Events or bytes a second, above 0. Bytes are those of request bodies before compression.</param>
/// <param name="IsBytes">Bytes are counted, not events.</param>
public sealed record RateLimit(double PerSecond, bool IsBytes)
{
    private const int LeastBytes = 64 << 10;

    /// <summary>Most items of a request, so that none is more than a second's worth.</summary>
    internal int CapItems(int items) => IsBytes ? items : (int)Math.Clamp(PerSecond, 1, items);

    /// <summary>Most bytes of a request, so that none is more than a second's worth; small requests cost more than they spread.</summary>
    internal int CapBytes(int bytes) => IsBytes ? (int)Math.Clamp(PerSecond, Math.Min(LeastBytes, bytes), bytes) : bytes;
}
