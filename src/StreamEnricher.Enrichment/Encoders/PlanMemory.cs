using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>What one worker has worked out of a format and keeps for its next event. Never shared between workers.</summary>
internal sealed class PlanMemory(FormatPlan plan)
{
    private readonly CaseMemory?[] _cases = new CaseMemory?[plan.Cases.Length];

    /// <summary>The format.</summary>
    public FormatPlan Plan => plan;

    /// <summary>Finds an event's case.</summary>
    public CaseSelector Selector { get; } = new(plan);

    /// <summary>The same for a case of the format.</summary>
    public CaseMemory Of(CasePlan one) => _cases[one.Index] ??= new CaseMemory(plan, one);
}

/// <summary>What one worker has worked out of a case of a format.</summary>
internal sealed class CaseMemory(FormatPlan plan, CasePlan one)
{
    /// <summary>Which rules an event needs.</summary>
    public RulePlans Rules { get; } = new(plan, one);

    /// <summary>ECS documents of the events seen so far.</summary>
    public EcsLayouts Ecs { get; } = new(one.Ecs);
}
