using StreamEnricher.Cli.Configuration.Shapes;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>Checks of the attribution block.</summary>
internal static class AttributionChecks
{
    /// <summary>Reports everything that is wrong.</summary>
    public static void Run(PipelineOptions options, Inventory inventory, ReadContext context)
    {
        var attribution = options.Attribution;
        if (ShippedData.IsReleasePath(attribution.Catalogue))
        {
            var path = options.FullPath(attribution.Catalogue);
            if (!Directory.Exists(path) && !File.Exists(path))
            {
                context.Error("attribution.catalogue", $"there is no ATT&CK catalogue at {path}", "a folder with techniques.tsv, tactics.tsv and redirects.tsv, or MITRE's STIX bundle (enterprise-attack.json)");
            }
        }
        else if (!inventory.Catalogues.Contains(attribution.Catalogue))
        {
            context.Error("attribution.catalogue", $"there is no ATT&CK catalogue {attribution.Catalogue}", $"one of: {string.Join(", ", inventory.Catalogues.Order(StringComparer.Ordinal))}");
        }

        for (var index = 0; index < attribution.Providers.Count; index++)
        {
            var path = $"attribution.providers.{index}";
            switch (attribution.Providers[index])
            {
                case TablesProviderOptions tables:
                    CheckTables($"{path}.tables.files", tables, options, inventory, context);
                    break;
                case SigmaProviderOptions sigma:
                    CheckSigma($"{path}.sigma", sigma, options, attribution.Providers.Take(index).OfType<SigmaProviderOptions>().Any(), context);
                    break;
                case AttributionServiceOptions service:
                    CheckService($"{path}.service", service, context);
                    break;
                default:
                    break;
            }
        }
    }

    private static void CheckTables(string path, TablesProviderOptions tables, PipelineOptions options, Inventory inventory, ReadContext context)
    {
        for (var index = 0; index < tables.Files.Count; index++)
        {
            var file = tables.Files[index];
            if (!inventory.Tables.Contains(file) && !File.Exists(options.FullPath(file)))
            {
                context.Error(
                    $"{path}.{index}",
                    $"there is no table {file}, neither shipped nor at {options.FullPath(file)}",
                    Suggestion.For(file, [.. inventory.Tables.Order(StringComparer.Ordinal)]));
            }
        }
    }

    private static void CheckSigma(string path, SigmaProviderOptions sigma, PipelineOptions options, bool isSecond, ReadContext context)
    {
        if (isSecond)
        {
            context.Error(path, "there is a sigma provider already", "list all folders under one 'rules'");
        }

        for (var index = 0; index < sigma.Rules.Count; index++)
        {
            var full = options.FullPath(sigma.Rules[index]);
            if (!Directory.Exists(full) && !File.Exists(full))
            {
                context.Error($"{path}.rules.{index}", $"there are no Sigma rules at {full}", "a folder, a .tar.gz archive or a file; the rules of github.com/SigmaHQ/sigma are a start");
            }
        }
    }

    private static void CheckService(string path, AttributionServiceOptions service, ReadContext context)
    {
        if (service.Url.Length == 0)
        {
            context.Warn($"{path}.url", "the attribution service is off: its url is empty");
        }
        else if (!UrlChecks.IsHttp(service.Url))
        {
            context.Error($"{path}.url", $"{SafeUrl.Show(service.Url)} is no http or https address");
        }

        if (service.Timeout < TimeSpan.FromMilliseconds(1))
        {
            context.Error($"{path}.timeout", $"{path}.timeout must be at least 1ms");
        }
    }
}
