using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Intelligence;

namespace StreamEnricher.Cli.Composition.Stix;

/// <summary>The values that a <c>stix</c> sink never shares.</summary>
internal static class AllowLists
{
    /// <summary>Own networks and domains, and the files.</summary>
    /// <exception cref="FormatException">A value or line is wrong; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static AllowList Of(StixOptions stix, PipelineOptions options)
    {
        var list = new AllowListFile();
        foreach (var network in stix.OwnNetworks)
        {
            if (!list.TryAddNetwork(network))
            {
                throw new FormatException($"own_networks: '{network}' is no address or network such as 203.0.113.0/24");
            }
        }

        foreach (var domain in stix.OwnDomains)
        {
            if (!list.TryAddDomain(domain))
            {
                throw new FormatException($"own_domains: '{domain}' is no domain");
            }
        }

        foreach (var file in stix.AllowLists)
        {
            list.Add(options.FullPath(file));
        }

        return list.ToList();
    }
}
