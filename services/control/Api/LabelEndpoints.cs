using LoraMesh.Contracts;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;

namespace LoraMesh.Control.Api;

/// <summary>Tags and aliases of versions.</summary>
public static class LabelEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static void MapLabels(this IEndpointRouteBuilder api)
    {
        api.MapPut("/projects/{project}/adapters/{version:int}/tags/{key}", SetTagAsync).Needs(AccessRoles.Operator)
            .Takes<TagRequest>().Describe<AdapterView>("setTag", "Gives a version a tag.", [404]);
        api.MapDelete("/projects/{project}/adapters/{version:int}/tags/{key}", async (string project, int version, string key, HttpContext http, VersionLabels labels, RunViews views, CancellationToken cancellationToken) =>
            await labels.RemoveTagAsync(project, version, key, Caller.Of(http).Name, cancellationToken)
                ? await ShowAsync(project, version, views, cancellationToken)
                : ApiError.NotFound($"Version {version} of project '{project}' has no tag '{key}'.", "key", "tag_not_found")).Needs(AccessRoles.Operator)
            .Describe<AdapterView>("removeTag", "Takes a tag from a version.", [404]);
        api.MapPut("/projects/{project}/aliases/{alias}", SetAliasAsync).Needs(AccessRoles.Operator)
            .Takes<AliasRequest>().Describe<AdapterView>("setAlias", "Lets an alias point to a version.", [404]);
        api.MapDelete("/projects/{project}/aliases/{alias}", async (string project, string alias, HttpContext http, VersionLabels labels, RunViews views, CancellationToken cancellationToken) =>
            !VersionLabels.IsFreeAlias(alias) ? WrongAlias(alias)
            : await labels.RemoveAliasAsync(project, alias, Caller.Of(http).Name, cancellationToken) ? ApiResults.Ok(await views.AdaptersAsync(project, cancellationToken))
            : ApiError.NotFound($"Project '{project}' has no alias '{alias}'.", "alias", "alias_not_found")).Needs(AccessRoles.Operator)
            .Describe<AdapterList>("removeAlias", "Takes an alias away.", [400, 404]);
    }

    private static async Task<IResult> SetTagAsync(string project, int version, string key, HttpRequest request, VersionLabels labels, RunViews views, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync<TagRequest>(request, cancellationToken);
        if (problem is not null || body?.Value is not { Length: <= VersionLabels.MaxValue } value || !VersionLabels.IsTagKey(key))
        {
            return problem ?? ApiError.BadRequest($"A tag has a name of 1 to 128 letters, digits, '.', '_' and '-', and a body {{\"value\": TEXT}} of at most {VersionLabels.MaxValue} characters.", "key", "bad_tag");
        }

        return await labels.SetTagAsync(project, version, key, value, Caller.Of(request.HttpContext).Name, cancellationToken)
            ? await ShowAsync(project, version, views, cancellationToken)
            : ApiError.NotFound($"Project '{project}' has no version {version}, or it has {VersionLabels.MaxTags} tags already. GET …/adapters lists them.", "version", "version_not_found");
    }

    private static async Task<IResult> SetAliasAsync(string project, string alias, HttpRequest request, VersionLabels labels, RunViews views, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync<AliasRequest>(request, cancellationToken);
        if (problem is not null || body is null)
        {
            return problem ?? ApiError.BadRequest("The body is empty, expected {\"version\": N} with a version that GET …/adapters lists.", "version", "missing_version");
        }

        return !VersionLabels.IsFreeAlias(alias) ? WrongAlias(alias)
            : await labels.SetAliasAsync(project, alias, body.Version, Caller.Of(request.HttpContext).Name, cancellationToken) ? await ShowAsync(project, body.Version, views, cancellationToken)
            : ApiError.NotFound($"Project '{project}' has no version {body.Version} whose adapter is still in the store.", "version", "version_not_found");
    }

    private static IResult WrongAlias(string alias) => ApiError.BadRequest(
        $"The alias is '{alias}', expected 1 to 63 lower-case letters, digits and dashes, such as canary. champion and previous move with promote and rollback.", "alias", "bad_alias");

    private static async Task<IResult> ShowAsync(string project, int version, RunViews views, CancellationToken cancellationToken) =>
        ApiResults.Ok(await views.FindVersionAsync(project, version, cancellationToken));
}
