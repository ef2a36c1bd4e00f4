using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamEnricher.Cli.Configuration;

/// <summary>The JSON Schema of pipeline files, for editors; made of the same table that reads them.</summary>
internal static class PipelineSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema (draft 2020-12) as text with a line end.</summary>
    public static string Text()
    {
        var schema = PipelineShape.Root.ToSchema();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "StreamEnricher pipeline");
        return schema.ToJsonString(Indented) + "\n";
    }
}
