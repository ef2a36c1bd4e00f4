using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.Cli.Api;

/// <summary>The OpenAPI document, made of the calls themselves and served at <see cref="Route"/>; docs/openapi.json is a copy that a test keeps current.</summary>
internal static class ApiDocument
{
    /// <summary>Where it is served.</summary>
    public const string Route = "/openapi/v1.json";

    private const string Scheme = "bearer";

    /// <summary>Adds what makes the document.</summary>
    public static void Add(IServiceCollection services) => services.AddOpenApi(static options =>
    {
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "StreamEnricher",
                Version = "1",
                Description = "Errors are problem documents (RFC 9457). Calls with a role need a JWT bearer token with admin, analyst or viewer in its claim role or roles.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Scheme, BearerFormat = "JWT" },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) => SecureAsync(operation, context));
    });

    private static Task SecureAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().LastOrDefault()?.Policy is not { } policy)
        {
            return Task.CompletedTask;
        }

        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        operation.Description = $"{operation.Description}{(operation.Description is null ? "" : " ")}Roles: {string.Join(", ", Roles.Policies[policy])}.";
        operation.Responses ??= [];
        operation.Responses["401"] = new OpenApiResponse { Description = "No token, or one that is not taken" };
        operation.Responses["403"] = new OpenApiResponse { Description = "The token has none of the roles" };
        operation.Responses["429"] = new OpenApiResponse { Description = "Too many requests" };
        return Task.CompletedTask;
    }
}
