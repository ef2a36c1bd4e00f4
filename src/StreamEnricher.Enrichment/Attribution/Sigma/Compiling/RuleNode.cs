using StreamEnricher.Enrichment.Attribution.Sigma.Correlating;
using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Compiling;

/// <summary>A node of a compiled rule: a joint of others, or a question of the group.</summary>
/// <param name="Kind">All, Any, Not, or Test for a question of any kind.</param>
/// <param name="Children">Of a joint.</param>
/// <param name="Atom">Index of the question.</param>
internal sealed record RuleNode(NodeKind Kind, RuleNode[] Children, int Atom);

/// <summary>A compiled rule.</summary>
/// <param name="Root">When it matches.</param>
/// <param name="Hit">What it says then.</param>
/// <param name="Reports">It makes evidence of its own.</param>
/// <param name="Uses">What its hit is worth to correlations.</param>
internal sealed record CompiledRule(RuleNode Root, SigmaHit Hit, bool Reports, CorrelationUse[] Uses);
