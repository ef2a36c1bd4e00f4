namespace StreamEnricher.FunctionalTests;

/// <summary>Tests that see what is the whole process's, such as its meters: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunsAlone
{
    public const string Name = "runs alone";
}
