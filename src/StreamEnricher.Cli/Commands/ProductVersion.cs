using System.Reflection;

namespace StreamEnricher.Cli.Commands;

/// <summary>The program's version.</summary>
internal static class ProductVersion
{
    /// <summary>Such as 0.1.0, without the revision.</summary>
    public static string Text { get; } = (typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+')[0];
}
