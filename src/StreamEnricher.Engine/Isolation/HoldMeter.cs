namespace StreamEnricher.Engine.Isolation;

/// <summary>How long a sink has held up the main flow: grows while it does, and falls ten times slower while it does not.</summary>
/// <remarks>
/// A queue that is always full lets one batch in now and then, so an uninterrupted wait says little. With this slope a sink that takes more than a tenth of the main
/// flow's time is found out in the end, and one that pauses now and then is left alone.
/// </remarks>
internal sealed class HoldMeter
{
    private const int Slope = 10;

    /// <summary>The time that it has held up the flow, less what was forgiven.</summary>
    public TimeSpan Level { get; private set; }

    /// <summary>Another span of time has passed.</summary>
    /// <param name="holding">The sink holds up the flow.</param>
    /// <param name="elapsed">The span.</param>
    public void Add(bool holding, TimeSpan elapsed)
    {
        var level = holding ? Level + elapsed : Level - (elapsed / Slope);
        Level = level > TimeSpan.Zero ? level : TimeSpan.Zero;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Level = TimeSpan.Zero;
}
