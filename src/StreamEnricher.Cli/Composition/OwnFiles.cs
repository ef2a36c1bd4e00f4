namespace StreamEnricher.Cli.Composition;

/// <summary>A file, or files of a folder, that a pipeline is made of.</summary>
/// <param name="Path">Full path of the file or the folder.</param>
/// <param name="Pattern">Which files of the folder.</param>
/// <param name="Below">Those in folders below it, too.</param>
internal sealed record OwnFiles(string Path, string Pattern = "*", bool Below = false);
