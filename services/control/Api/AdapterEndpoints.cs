using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;

namespace LoraMesh.Control.Api;

/// <summary>What can be asked of a project's adapters.</summary>
public static class AdapterEndpoints
{
    private const int MostNamed = 20;

    /// <summary>Adds the routes below <c>/projects/{project}</c> that concern adapters.</summary>
    public static void MapAdapters(this IEndpointRouteBuilder api)
    {
        api.MapGet("/projects/{project}/adapters", ListAsync).Needs(AccessRoles.Viewer)
            .Describe<AdapterList>("listAdapters", "Lists the versions of a project's adapter, newest first; limit and before give pages.", [400]);
        api.MapPost("/projects/{project}/promote", PromoteAsync).Needs(AccessRoles.Operator)
            .Takes<PromoteRequest>().Describe<AdapterView>("promoteAdapter", "Makes a version the project's champion.", [404, 409]);
        api.MapPost("/projects/{project}/rollback", RollBackAsync).Needs(AccessRoles.Operator)
            .Takes<CancelRequest>(isRequired: false).Describe<AdapterView>("rollBackAdapter", "Makes the champion before the present one champion again.", [409]);
    }

    private static async Task<IResult> ListAsync(string project, string? limit, string? before, RunViews views, CancellationToken cancellationToken)
    {
        var count = ListLimit.Read(limit, RunViews.DefaultVersions, out var problem);
        var first = 0;
        if (problem is null && before is not null && !(int.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out first) && first > 0))
        {
            problem = ApiError.BadRequest($"before is '{before}', expected a version, as the answer before gave it in 'next'.", "before", "bad_before");
        }

        return problem ?? ApiResults.Ok(await views.AdaptersAsync(project, cancellationToken, first > 0 ? first : null, count));
    }

    private static async Task<IResult> PromoteAsync(string project, HttpRequest request, ManualPromotion promotion, RunViews views, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync<PromoteRequest>(request, cancellationToken);
        if (problem is not null || body is null)
        {
            return problem ?? ApiError.BadRequest("The body is empty, expected {\"version\": N} with a version that GET …/adapters lists.", "version", "missing_version");
        }

        var refused = await promotion.PromoteAsync(project, body.Version, body.Reason ?? "asked for through the API", Caller.Of(request.HttpContext).Name, cancellationToken);
        return await AnswerAsync(project, $"version {body.Version}", refused, views, cancellationToken);
    }

    private static async Task<IResult> RollBackAsync(string project, HttpRequest request, ManualPromotion promotion, RunViews views, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync<CancelRequest>(request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        var refused = await promotion.RollBackAsync(project, body?.Reason ?? "asked for through the API", Caller.Of(request.HttpContext).Name, cancellationToken);
        return await AnswerAsync(project, "the previous champion", refused, views, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(string project, string wanted, PromotionProblem? refused, RunViews views, CancellationToken cancellationToken)
    {
        if (refused is null)
        {
            return ApiResults.Ok(await views.FindAliasAsync(project, AliasRow.Champion, cancellationToken));
        }

        var newest = await views.AdaptersAsync(project, cancellationToken, limit: MostNamed);
        var known = newest.Data.Count == 0 ? "it has no version yet" : $"it has versions {string.Join(", ", newest.Data.Select(adapter => adapter.Version))}{(newest.Next is null ? "" : " and earlier ones")}";
        return refused switch
        {
            PromotionProblem.NoSuchVersion => ApiError.NotFound($"Project '{project}' does not have {wanted}: {known}.", "version", "version_not_found"),
            PromotionProblem.NothingBefore => ApiError.Conflict($"Project '{project}' has no earlier champion to return to: {known}.", "project", "nothing_to_roll_back"),
            PromotionProblem.IsCollected => ApiError.Conflict($"The adapter of {wanted} of project '{project}' was removed from the store, since it was not to be kept. Drop its data again.", "version", "version_collected"),
            _ => ApiError.Conflict($"In project '{project}' {wanted} is champion already.", "version", "already_champion"),
        };
    }
}
