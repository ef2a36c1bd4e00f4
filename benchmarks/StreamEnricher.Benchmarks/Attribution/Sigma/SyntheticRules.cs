using System.Globalization;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Benchmarks.Attribution.Sigma;

/// <summary>Rules of the shape that public ones have, made here so that the benchmark runs without any: tools and options of process starts, and files, keys and pipes.</summary>
internal static class SyntheticRules
{
    private const int PerKind = 400;

    /// <summary>Makes the rules.</summary>
    public static SigmaRuleSet Load()
    {
        var folder = Directory.CreateTempSubdirectory("sigma-rules-");
        try
        {
            for (var index = 0; index < PerKind; index++)
            {
                Write(folder, index, "process_creation", $"{{ Image|endswith: '\\tool{index}.exe', CommandLine|contains: [' /option{index} ', ' -switch{index} '] }}");
                Write(folder, index, "process_access", $"{{ TargetImage|endswith: '\\lsass.exe', CallTrace|contains: 'module{index}.dll' }}");
                Write(folder, index, "registry_set", $"{{ TargetObject|contains: '\\Vendor{index}\\Run', Details|contains|all: [http, '.exe'] }}");
                Write(folder, index, "file_event", $"{{ TargetFilename|endswith: ['\\dropped{index}.dll', '\\dropped{index}.sys'] }}");
                Write(folder, index, "image_load", $"{{ ImageLoaded|endswith: '\\library{index}.dll', Image|contains: '\\Temp\\' }}");
            }

            return SigmaRuleSet.Load([folder.FullName], SigmaLevel.Informational);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(DirectoryInfo folder, int index, string category, string selection) => File.WriteAllText(
        Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{category}-{index}.yml")),
        $$"""
        title: {{category}} {{index}}
        id: {{category}}-{{index}}
        logsource: { product: windows, category: {{category}} }
        detection: { selection: {{selection}}, filter: { User|contains: SYSTEM }, condition: selection and not filter }
        level: medium
        """);
}
