using LoraMesh.Contracts;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;

namespace LoraMesh.Control.Api;

/// <summary>What can be asked of runs.</summary>
public static class RunEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxName = 200;
    private const int MaxReason = 2000;

    /// <summary>Adds the routes below <c>/runs</c>.</summary>
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        api.MapGet("/runs", ListAsync).Needs(AccessRoles.Viewer).Describe<RunList>("listRuns", "Lists runs, newest first, of one project or of all.", [400]);
        var run = api.MapGroup("/runs/{id}").AddEndpointFilter<OwnRunFilter>();
        run.MapGet("", GetAsync).Needs(AccessRoles.Viewer).Describe<RunView>("getRun", "Shows a run.", [404]);
        run.MapGet("/events", RunEvents.StreamAsync).Needs(AccessRoles.Viewer).Describe<RunView>("followRun", "Streams a run as it changes, as server-sent events, until it has ended.", [404], contentType: "text/event-stream");
        run.MapPost("/cancel", CancelAsync).Needs(AccessRoles.Operator)
            .Takes<CancelRequest>(isRequired: false).Describe<RunView>("cancelRun", "Ends a run; whoever works on it stops.", [404, 409]);
        run.MapPost("/approve", (string id, HttpRequest request, RunViews views, RunConductor conductor, CancellationToken cancellationToken) =>
            DecideAsync(id, "approved", request, body => new ApproveRun(body.By, body.Reason), views, conductor, cancellationToken)).Needs(AccessRoles.Operator)
            .Takes<ApprovalRequest>().Describe<RunView>("approveRun", "Promotes the adapter of a held run.", [404, 409]);
        run.MapPost("/reject", (string id, HttpRequest request, RunViews views, RunConductor conductor, CancellationToken cancellationToken) =>
            DecideAsync(id, "rejected", request, body => new RejectRun(body.By, body.Reason), views, conductor, cancellationToken)).Needs(AccessRoles.Operator)
            .Takes<ApprovalRequest>().Describe<RunView>("rejectRun", "Refuses the adapter of a held run.", [404, 409]);
        run.MapGet("/report", ReportAsync).Needs(AccessRoles.Viewer).Describe<DataReport>("getReport", "Shows what was found in a run's data.", [404]);
        run.MapGet("/evaluation", EvaluationAsync).Needs(AccessRoles.Viewer).Describe<EvaluationReport>("getEvaluation", "Shows what was measured of a run's adapter, beside base and champion.", [404]);
    }

    /// <summary>The answer for a run that does not exist.</summary>
    public static IResult NoSuchRun(string id) => ApiError.NotFound($"There is no run '{id}'. GET /api/v1/runs lists them.", "id", "run_not_found");

    private static async Task<IResult> ListAsync(string? project, string? limit, HttpContext http, RunViews views, CancellationToken cancellationToken)
    {
        var count = ListLimit.Read(limit, DefaultLimit, out var problem);
        return problem ?? ApiResults.Ok(await views.ListAsync(project, count, cancellationToken, Caller.Of(http).Projects));
    }

    private static async Task<IResult> GetAsync(string id, RunViews views, CancellationToken cancellationToken) =>
        await views.FindAsync(id, cancellationToken) is { } view ? ApiResults.Ok(view) : NoSuchRun(id);

    private static async Task<IResult> CancelAsync(string id, HttpRequest request, RunViews views, RunConductor conductor, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync<CancelRequest>(request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        var reason = string.IsNullOrWhiteSpace(body?.Reason) ? "Cancelled through the API." : body.Reason;
        var transition = await conductor.ApplyAsync(id, new CancelRun(reason), null, Caller.Of(request.HttpContext).Name, cancellationToken);
        return transition switch
        {
            null => NoSuchRun(id),
            { Ignored: { } why } => ApiError.Conflict($"Run '{id}' cannot be cancelled: {why}.", "id", "run_not_cancellable"),
            _ => ApiResults.Ok(await views.FindAsync(id, cancellationToken)),
        };
    }

    private static async Task<IResult> DecideAsync(string id, string what, HttpRequest request, Func<ApprovalRequest, object> signal, RunViews views, RunConductor conductor, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync<ApprovalRequest>(request, cancellationToken);
        if (problem is not null || body is null || !IsWord(body.By, MaxName) || !IsWord(body.Reason, MaxReason))
        {
            return problem ?? ApiError.BadRequest($"The body must be {{\"by\": NAME, \"reason\": TEXT}}: who decides, in 1 to {MaxName} characters, and why, in 1 to {MaxReason}.", body is null || IsWord(body.By, MaxName) ? "reason" : "by", "missing_name_or_reason");
        }

        // Whoever bears a key is known by it, whatever name the body gives besides.
        var caller = Caller.Of(request.HttpContext);
        return await conductor.ApplyAsync(id, signal(body), null, caller == Caller.Anyone ? body.By : caller.Name, cancellationToken) switch
        {
            null => NoSuchRun(id),
            { Ignored: { } why } => ApiError.Conflict($"Run '{id}' cannot be {what}: {why}.", "id", "run_not_held"),
            _ => ApiResults.Ok(await views.FindAsync(id, cancellationToken)),
        };
    }

    private static bool IsWord(string text, int longest) => !string.IsNullOrWhiteSpace(text) && text.Length <= longest;

    private static async Task<IResult> ReportAsync(string id, RunViews views, RunReports reports, CancellationToken cancellationToken) =>
        await views.FindRunAsync(id, cancellationToken) is not { } run ? NoSuchRun(id)
        : await reports.DataAsync(run, cancellationToken) is { } report ? ApiResults.Ok(report)
        : ApiError.NotFound($"Run '{id}' has no data report: it is {run.State}, and its data was not read to the end.", "id", "no_report");

    private static async Task<IResult> EvaluationAsync(string id, RunViews views, RunReports reports, CancellationToken cancellationToken) =>
        await views.FindRunAsync(id, cancellationToken) is not { } run ? NoSuchRun(id)
        : await reports.EvaluationAsync(run, cancellationToken) is { } report ? ApiResults.Ok(report)
        : ApiError.NotFound($"Run '{id}' has no evaluation: it is {run.State}.", "id", "no_evaluation");
}
