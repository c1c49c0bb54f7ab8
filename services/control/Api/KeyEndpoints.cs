using LoraMesh.Contracts;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;
using LoraMesh.Storage;

namespace LoraMesh.Control.Api;

/// <summary>Making, listing and revoking API keys. Each change is audited; no secret ever is.</summary>
public static class KeyEndpoints
{
    private const int MaxName = 100;
    private const int MaxProjects = 1000;
    private const int MaxDays = 3650;

    /// <summary>Adds the routes below <c>/keys</c>.</summary>
    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        api.MapGet("/keys", ListAsync).Needs(AccessRoles.Admin).Describe<ApiKeyList>("listKeys", "Lists the API keys that the caller rules over, without their secrets.");
        api.MapPost("/keys", CreateAsync).Needs(AccessRoles.Admin).Takes<CreateKeyRequest>().Describe<ApiKeyView>("createKey", "Makes an API key; the answer is the only place that shows it.");
        api.MapDelete("/keys/{id}", RevokeAsync).Needs(AccessRoles.Admin).Describe<ApiKeyView>("revokeKey", "Takes an API key away.", [404]);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ApiKeys keys, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(http);
        return ApiResults.Ok(new ApiKeyList { Data = [.. (await keys.ListAsync(cancellationToken)).Where(key => IsWithin(caller, key.Projects)).Select(key => Show(key))] });
    }

    private static async Task<IResult> CreateAsync(HttpRequest request, ApiKeys keys, AuditTrail audit, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync<CreateKeyRequest>(request, cancellationToken);
        var caller = Caller.Of(request.HttpContext);
        if ((problem ?? Problem(body, caller)) is { } refused)
        {
            return refused;
        }

        var role = body!.Role ?? AccessRoles.Viewer;
        var life = body.Days is { } days ? TimeSpan.FromDays(days) : (TimeSpan?)null;
        var (record, key) = await keys.CreateAsync(body.Name!, role, body.Projects, life, caller.Name, cancellationToken);
        await audit.AddAsync(caller.Name, "key_created", "", $"Key {record.Id} of '{record.Name}', {record.Role} of {Describe(record.Projects)}.", cancellationToken);
        return ApiResults.Ok(Show(record, key));
    }

    private static async Task<IResult> RevokeAsync(string id, HttpContext http, ApiKeys keys, AuditTrail audit, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(http);
        if (await keys.RevokeAsync(id, key => IsWithin(caller, key.Projects), cancellationToken) is not { } record)
        {
            return ApiError.NotFound($"There is no key '{id}'. GET /api/v1/keys lists them.", "id", "key_not_found");
        }

        await audit.AddAsync(caller.Name, "key_revoked", "", $"Key {record.Id} of '{record.Name}'.", cancellationToken);
        return ApiResults.Ok(Show(record));
    }

    private static IResult? Problem(CreateKeyRequest? body, Caller caller)
    {
        if (body?.Name is not { Length: > 0 and <= MaxName } name || name.Any(char.IsControl) || string.IsNullOrWhiteSpace(name))
        {
            return ApiError.BadRequest($"name is '{body?.Name}', expected 1 to {MaxName} printable characters that say whose the key is.", "name", "bad_name");
        }

        if (name.StartsWith(Caller.TokenPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return ApiError.BadRequest($"name is '{name}', but what begins with '{Caller.TokenPrefix}' names whoever bears a token. Choose another.", "name", "bad_name");
        }

        if (body.Role is { } role && !AccessRoles.All.Contains(role))
        {
            return ApiError.BadRequest($"role is '{role}', expected one of {string.Join(", ", AccessRoles.All)}.", "role", "bad_role");
        }

        if (body.Days is < 1 or > MaxDays)
        {
            return ApiError.BadRequest($"days is {body.Days}, expected 1 to {MaxDays}, or nothing for a key that does not lapse.", "days", "bad_days");
        }

        if (body.Projects is { Count: > MaxProjects } || body.Projects?.FirstOrDefault(project => BlobKey.Problem(project) is not null || project.Contains('/', StringComparison.Ordinal)) is not null)
        {
            return ApiError.BadRequest($"projects has a name that no project can have, or over {MaxProjects} of them.", "projects", "bad_projects");
        }

        return IsWithin(caller, body.Projects is { Count: > 0 } ? body.Projects : null)
            ? null
            : ApiError.Create(StatusCodes.Status403Forbidden, $"'{caller.Name}' is administrator of {Describe(caller.ProjectsFor(AccessRoles.Admin))} and can make keys for these alone.", "projects", "project_not_covered");
    }

    // An administrator of some projects rules over keys of these alone.
    private static bool IsWithin(Caller caller, IReadOnlyList<string>? projects) =>
        caller.HasEverywhere(AccessRoles.Admin) || (projects is not null && projects.All(project => caller.Has(AccessRoles.Admin, project)));

    private static string Describe(IReadOnlyList<string>? projects) => projects is null ? "all projects" : string.Join(", ", projects);

    private static ApiKeyView Show(ApiKeyRecord record, string? key = null) => new()
    {
        Id = record.Id,
        Name = record.Name,
        Role = record.Role,
        Projects = record.Projects,
        CreatedAt = record.CreatedAt,
        CreatedBy = record.CreatedBy,
        ExpiresAt = record.ExpiresAt,
        Key = key,
    };
}
