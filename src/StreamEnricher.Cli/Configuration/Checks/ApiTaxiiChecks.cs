using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>Checks of <c>api.taxii</c>.</summary>
internal static class ApiTaxiiChecks
{
    private const int LeastPassword = 12;
    private const long LeastBytes = 1 << 20;

    /// <summary>Reports everything that is wrong.</summary>
    public static void Run(PipelineOptions options, ApiOptions api, ReadContext context)
    {
        if (api.Taxii is not { } taxii)
        {
            return;
        }

        if (taxii.Topic.Length > 0)
        {
            PipelineChecks.CheckTopicName("api.taxii.topic", taxii.Topic, context);
        }
        else if (!context.Failed && taxii.TopicOf(options) is null)
        {
            context.Error("api.taxii", "api.taxii has nothing to serve: no stix sink of the pipeline writes to a Kafka topic", "add one (to: { kafka: { topic: stix-objects } }), or name the topic");
        }

        if (taxii.Username.Length > 0 == taxii.Password.IsEmpty)
        {
            context.Error("api.taxii.username", "api.taxii needs both username and password, or neither");
        }
        else if (taxii.Password.Reveal() is { Length: < LeastPassword })
        {
            context.Error("api.taxii.password", $"api.taxii.password is shorter than {LeastPassword} characters", "make one with: openssl rand -base64 18");
        }
        else if (taxii.Username.Contains(':', StringComparison.Ordinal))
        {
            context.Error("api.taxii.username", "a user of basic authentication has no colon in its name");
        }
        else if (taxii.Username.Length == 0 && !api.Jwt.HasKey)
        {
            context.Warn("api.taxii", "nobody can read from api.taxii: there is neither a username nor api.jwt");
        }

        if (taxii.Bytes < LeastBytes)
        {
            context.Error("api.taxii.bytes", "api.taxii.bytes must be at least 1MiB");
        }
    }
}
