namespace StreamEnricher.Cli.Benching.Load;

/// <summary>Events of one source entry, to be read over and over.</summary>
/// <param name="Source">Name of the pipeline's source entry.</param>
/// <param name="Topic">Topic that the records claim to come from.</param>
/// <param name="Events">The events; at least one.</param>
internal sealed record LoadStream(string Source, string Topic, IReadOnlyList<byte[]> Events);
