namespace StreamEnricher.Cli.Api.Status;

/// <summary>What an operator can do about a held sink; the same as the table in docs/operate.md.</summary>
internal static class HeldAdvice
{
    private const string Otherwise = "Look into the log line that says the sink is held. It goes on by itself once the cause is repaired.";

    private static readonly (string Kind, string[] Words, string Advice)[] Table =
    [
        ("elasticsearch", ["401"], "Check api_key, or username and password."),
        ("elasticsearch", ["403"], "Grant create_doc and auto_configure on the data stream."),
        ("elasticsearch", ["index_not_found", "no matching index template", "template"], "Run streamenricher setup with this pipeline."),
        ("elasticsearch", ["cluster_block"], "Free disk space, or lift the block."),
        ("splunk_hec", ["code 10", "code 11", "code 14"], "Turn indexer acknowledgement off for the token."),
        ("splunk_hec", ["code 7"], "Allow the index for the token, or change index."),
        ("splunk_hec", ["code 1", "code 2", "code 3", "code 4", "401", "403"], "Check the HEC token, and that it is enabled."),
        ("kafka", ["Authorization", "authorization"], "Grant this user WRITE on the topic."),
        ("stix", ["the credentials (401)"], "Check username and password, or token, of the TAXII server."),
        ("stix", ["(403)", "can_write"], "Give the sink's user the right to write there."),
        ("stix", ["(404)", "no collection", "API root"], "Check api_root and collection, or the workspace: streamenricher validate --connect names what is there."),
        ("stix", ["Entra"], "Check tenant, client_id and client_secret."),
        ("stix", ["Authorization", "authorization"], "Grant this user WRITE on the topic."),
        ("kafka", ["Unknown topic", "unknown topic"], "Create the topic: run streamenricher setup."),
        ("stix", ["Unknown topic", "unknown topic"], "Create the topic: run streamenricher setup."),
        ("file", [""], "Free disk space, or give the user the right to write there."),
    ];

    /// <summary>The advice.</summary>
    /// <param name="kind">elasticsearch, splunk_hec, stix, kafka or file.</param>
    /// <param name="reason">Why it is held.</param>
    public static string For(string kind, string reason) =>
        Table.FirstOrDefault(row => row.Kind == kind && row.Words.Any(word => reason.Contains(word, StringComparison.Ordinal))).Advice
        ?? (reason.Contains("redirect", StringComparison.Ordinal) ? "Write the url that it leads to." : Otherwise);
}
