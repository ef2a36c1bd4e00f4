namespace StreamEnricher.Cli.EventTests;

/// <summary>A file of tests, or the pipeline that it names, cannot be used. The message names every place.</summary>
internal sealed class EventTestException(string message) : Exception(message);
