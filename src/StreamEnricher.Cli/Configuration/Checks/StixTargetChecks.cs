using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>Checks of the servers that <c>stix</c> sinks write to.</summary>
internal static class StixTargetChecks
{
    /// <summary>Reports everything that is wrong.</summary>
    /// <param name="path">Path of the sink.</param>
    /// <param name="name">Its name.</param>
    /// <param name="stix">Its kind.</param>
    /// <param name="context">Takes the problems.</param>
    public static void Run(string path, string name, StixOptions stix, ReadContext context)
    {
        switch (stix.To)
        {
            case StixTaxii taxii:
                Check($"{path}.stix.to.taxii", name, taxii, context);
                break;
            case StixSentinel sentinel:
                Check($"{path}.stix.to.sentinel", name, sentinel, context);
                break;
            default:
                break;
        }
    }

    private static void Check(string path, string name, StixTaxii taxii, ReadContext context)
    {
        if (taxii.ApiRoot.Length == 0)
        {
            context.Warn($"{path}.api_root", $"the sink {name} is off: its api_root is empty");
            return;
        }

        CheckUrl($"{path}.api_root", taxii.ApiRoot, context);
        if (taxii.Collection.Length == 0 && context.IsSet($"{path}.collection"))
        {
            context.Error($"{path}.collection", $"{path}.collection is empty", "the id, alias or title of the collection");
        }

        if (!taxii.Token.IsEmpty && taxii.Username.Length > 0)
        {
            context.Error($"{path}.token", $"{path} has both a token and a username", "one of them; unset the other's environment variable");
        }
        else if (taxii.Username.Length > 0 == taxii.Password.IsEmpty)
        {
            context.Error($"{path}.username", $"{path} needs both username and password, or neither");
        }
    }

    private static void Check(string path, string name, StixSentinel sentinel, ReadContext context)
    {
        if (sentinel.Workspace.Length == 0)
        {
            context.Warn($"{path}.workspace", $"the sink {name} is off: its workspace is empty");
            return;
        }

        foreach (var (key, isEmpty) in new[] { ("tenant", sentinel.Tenant.Length == 0), ("client_id", sentinel.ClientId.Length == 0), ("client_secret", sentinel.ClientSecret.IsEmpty) })
        {
            if (isEmpty)
            {
                context.Error($"{path}.{key}", $"{path}.{key} is empty", "it is that of an Entra application with the role Microsoft Sentinel Contributor");
            }
        }

        CheckUrl($"{path}.endpoint", sentinel.Endpoint, context);
        CheckUrl($"{path}.authority", sentinel.Authority, context);
        if (sentinel.SourceSystem == "Microsoft Sentinel")
        {
            context.Error($"{path}.source_system", "Sentinel keeps the name Microsoft Sentinel for itself", "choose another name");
        }
    }

    private static void CheckUrl(string path, string url, ReadContext context)
    {
        if (url.Length > 0 && !UrlChecks.IsHttp(url))
        {
            context.Error(path, $"{SafeUrl.Show(url)} is no http or https address", url.Contains("://", StringComparison.Ordinal) ? null : $"https://{url}");
        }
    }
}
