using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace LoraMesh.Control.Api.OpenApi;

/// <summary>The OpenAPI document of control's API, made from its endpoints and served by the process itself.</summary>
public static class ApiDocument
{
    /// <summary>Where it is.</summary>
    public const string Address = "/openapi/v1.json";

    private const string Name = "v1";
    private const string Scheme = "bearer";

    /// <summary>Adds <c>GET /openapi/v1.json</c>, for whoever may read anything.</summary>
    public static void MapApiDocument(this IEndpointRouteBuilder app) => app.MapOpenApi(Address).Needs(AccessRoles.Viewer);

    internal static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) is true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Introduce(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribeAsync);
    });

    private static void Introduce(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "LoraMesh control",
            Version = Name,
            Description = "Runs, adapters, drops and their surroundings. Fields may be added to answers; what is there keeps its name and meaning.",
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        // Where it is reached is known to whoever has fetched it.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, or a token (JWT) of the configured OpenID Connect provider. Not asked for where Access:Mode is open." },
        };
        document.Tags = document.Paths.Values.SelectMany(path => path.Operations ?? []).SelectMany(operation => operation.Value.Tags ?? new HashSet<OpenApiTagReference>())
            .Select(tag => tag.Name!).Distinct().Order(StringComparer.Ordinal).Select(name => new OpenApiTag { Name = name }).ToHashSet();
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<NeedsRole>().LastOrDefault() is { } needed)
        {
            operation.Description = $"Needs the role {needed.Role}{(needed.EveryProject ? " for all projects" : "")}.";
        }

        operation.Tags = new HashSet<OpenApiTagReference> { new(AreaOf(context.Description.RelativePath!), context.Document) };
        if (metadata.OfType<TakesBody>().LastOrDefault() is { } takes)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = takes.IsRequired,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [takes.Body is null ? "application/octet-stream" : "application/json"] = new()
                    {
                        Schema = takes.Body is null ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } : await NamedAsync(takes.Body, context, cancellationToken),
                    },
                },
            };
        }

        CompleteParameters(operation, context.Description.RelativePath!);
        var responses = new OpenApiResponses();
        foreach (var (status, response) in (operation.Responses ?? []).OrderBy(response => response.Key, StringComparer.Ordinal))
        {
            responses[status] = response;
            response.Description = Meaning(status) ?? response.Description;
            if (status is "429" or "503" && response is OpenApiResponse own)
            {
                own.Headers ??= new Dictionary<string, IOpenApiHeader>();
                own.Headers["Retry-After"] = new OpenApiHeader { Description = "Seconds after which a later try may succeed.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } };
            }
        }

        operation.Responses = responses;
    }

    private static async Task<IOpenApiSchema> NamedAsync(Type type, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var schema = await context.GetOrCreateSchemaAsync(type, null, cancellationToken);
        context.Document!.AddComponent(type.Name, schema);
        return new OpenApiSchemaReference(type.Name, context.Document);
    }

    // What an endpoint takes from the address by itself, and numbers that it reads from text to say what is wrong with them.
    private static void CompleteParameters(OpenApiOperation operation, string path)
    {
        operation.Parameters ??= [];
        foreach (var name in path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}', '*').Split(':')[0]))
        {
            if (operation.Parameters.All(parameter => parameter.Name != name))
            {
                operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
            }
        }

        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(parameter => parameter.Name is "limit" or "before"))
        {
            parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = parameter.Name == "limit" ? "1000" : null };
        }
    }

    // api/v1/runs/{id} is about runs, api/v1/projects/{project}/adapters about adapters.
    private static string AreaOf(string path) => path.Split('/') is [_, _, "projects", _, var below, ..] ? below : path.Split('/')[2];

    private static string? Meaning(string status) => status switch
    {
        "400" => "The request is wrong; param names the field.",
        "401" => "No key or token was sent, or it is not known.",
        "403" => "The caller's role, or its projects, do not allow it.",
        "404" => "There is no such thing, or the caller may not know of it.",
        "409" => "It is not possible in the state that it is in.",
        "413" => "The body is larger than the configured limit.",
        "429" => "The caller asks for too much at once.",
        "500" => "A fault of the server; its log has the details.",
        "503" => "Store, database or provider are away at the moment.",
        _ => null,
    };
}
