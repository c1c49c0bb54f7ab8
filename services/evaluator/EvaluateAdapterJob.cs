using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using LoraMesh.Contracts;
using LoraMesh.Evaluator.Hooks;
using LoraMesh.Evaluator.Reporting;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Hosting.Provenance;
using LoraMesh.Model;
using LoraMesh.Provenance;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.Evaluator;

/// <summary>Fetches what an evaluation needs, runs it on a thread of its own, and stores the report.</summary>
public sealed class EvaluateAdapterJob(IBlobStore store, LocalBlobCache cache, IOptions<EvaluatorOptions> options, AdapterTrust trust, MetricHooks hooks, TimeProvider clock, ILogger<EvaluateAdapterJob> logger)
    : IJob<EvaluateAdapter>
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public JobIdentity Identify(EvaluateAdapter command) => new(command.RunId, command.JobId, command.Attempt);

    /// <inheritdoc/>
    public object Fail(EvaluateAdapter command, string code, string reason) =>
        new EvaluationFailed { JobId = command.JobId, RunId = command.RunId, Code = code, Reason = reason };

    /// <inheritdoc/>
    public async Task<object> RunAsync(EvaluateAdapter command, JobContext context, CancellationToken cancellationToken)
    {
        if (await store.FindJsonAsync<EvaluationReport>(Buckets.Runs, ReportKey(command.RunId), cancellationToken) is { Decision: not null } known)
        {
            // A run has one evaluation: what was announced once is announced again, and costs nothing.
            logger.AlreadyEvaluated(command.RunId);
            return await AnnounceAsync(command, known, cancellationToken);
        }

        var config = (await store.ReadJsonAsync<ProjectConfig>(command.Config, cancellationToken)).Evaluation;
        var dataset = await store.ReadJsonAsync<DatasetManifest>(command.Dataset, cancellationToken);
        var candidate = await store.ReadJsonAsync<AdapterManifest>(command.Candidate, cancellationToken);
        var champion = command.Champion is null ? null : await store.ReadJsonAsync<AdapterManifest>(command.Champion, cancellationToken);
        try
        {
            var inputs = await FetchAsync(dataset, candidate, champion, cancellationToken);
            var report = await RunOnThreadAsync(command, context, inputs, config, IdentityOf(candidate, champion, dataset, config), cancellationToken);
            await store.PutJsonAsync(Buckets.Adapters, $"{command.Project}/{candidate.AdapterId}/evaluation.json", report, default, cancellationToken);
            foreach (var (contender, results) in HarnessResults.Of(command.Project, dataset.Model.Name, report, config, clock.GetUtcNow()))
            {
                await store.PutJsonAsync(Buckets.Runs, $"{command.RunId}/results/{contender}.json", results, default, cancellationToken);
            }

            logger.Evaluated(command.RunId, report.Decision!, report.Reason);
            return await AnnounceAsync(command, report, cancellationToken);
        }
        catch (EvaluationFailedException problem)
        {
            return Fail(command, problem.Code, problem.Message);
        }
        catch (UnsupportedModelException problem)
        {
            return Fail(command, "unsupported_model", problem.Message);
        }
    }

    private static string ReportKey(string runId) => $"{runId}/evaluation.json";

    // The report under the run's name comes last: where it lies, everything does.
    private async Task<AdapterEvaluated> AnnounceAsync(EvaluateAdapter command, EvaluationReport report, CancellationToken cancellationToken)
    {
        var stored = await store.PutJsonAsync(Buckets.Runs, ReportKey(command.RunId), report, default, cancellationToken);
        await store.DeleteAsync(Buckets.Runs, StateKey(command), cancellationToken);
        return new AdapterEvaluated
        {
            JobId = command.JobId,
            RunId = command.RunId,
            Promote = report.Promote,
            Decision = report.Decision,
            Reason = report.Reason,
            Base = report.Base,
            Candidate = report.Candidate,
            Champion = report.Champion,
            Report = stored,
        };
    }

    private async Task<EvaluationInputs> FetchAsync(DatasetManifest dataset, AdapterManifest candidate, AdapterManifest? champion, CancellationToken cancellationToken)
    {
        if (candidate.Model.Digest != dataset.Model.Digest)
        {
            throw new EvaluationFailedException("wrong_base_model", $"The candidate belongs to base model {candidate.Model.Name} with digest {candidate.Model.Digest}, the dataset was tokenized for digest {dataset.Model.Digest}.");
        }

        // A champion of another base model cannot be asked side by side; the candidate then has the base alone to beat.
        var comparable = champion?.Model.Digest == candidate.Model.Digest ? champion : null;
        return new EvaluationInputs(
            await cache.FetchFolderAsync(dataset.Model.Files, $"{dataset.Model.Name}/", cancellationToken),
            await FetchCandidateAsync(candidate, cancellationToken),
            comparable is null ? null : await FindChampionAsync(comparable, cancellationToken),
            await cache.FetchAllAsync(dataset.Test.Shards(), cancellationToken),
            await cache.FetchAsync(dataset.Test.Text, cancellationToken))
        {
            RegressionSets = await FetchSetsAsync(dataset, cancellationToken),
        };
    }

    private async Task<string> FetchCandidateAsync(AdapterManifest candidate, CancellationToken cancellationToken)
    {
        try
        {
            return await FetchTrustedAsync(candidate, cancellationToken);
        }
        catch (SignatureRefusedException problem)
        {
            throw new EvaluationFailedException("untrusted_adapter", $"The candidate {candidate.Project}/{candidate.AdapterId} is refused ({problem.Code}): {problem.Message}");
        }
    }

    // A champion that may not be loaded is served by nobody either: the candidate then has the base alone to beat.
    private async Task<string?> FindChampionAsync(AdapterManifest champion, CancellationToken cancellationToken)
    {
        try
        {
            return await FetchTrustedAsync(champion, cancellationToken);
        }
        catch (SignatureRefusedException problem)
        {
            logger.ChampionUntrusted(champion.Project, champion.AdapterId, problem.Code, problem.Message);
            return null;
        }
    }

    private async Task<string> FetchTrustedAsync(AdapterManifest adapter, CancellationToken cancellationToken)
    {
        var folder = await cache.FetchFolderAsync(adapter.Files, $"{adapter.Project}/{adapter.AdapterId}/", cancellationToken);
        await trust.CheckAsync(adapter, folder, cancellationToken);
        return folder;
    }

    private async Task<IReadOnlyList<(string Name, string Path)>> FetchSetsAsync(DatasetManifest dataset, CancellationToken cancellationToken)
    {
        var sets = new List<(string, string)>(dataset.RegressionSets.Count);
        foreach (var set in dataset.RegressionSets)
        {
            sets.Add((set.Name, await cache.FetchAsync(set.Text, cancellationToken)));
        }

        return sets;
    }

    private async Task<EvaluationReport> RunOnThreadAsync(EvaluateAdapter command, JobContext context, EvaluationInputs inputs, EvaluationConfig config, string identity, CancellationToken cancellationToken)
    {
        // Room for one report: the reader takes the newest, and the evaluation never waits for it.
        var reports = Channel.CreateBounded<EvaluationProgressed>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var known = await FindStateAsync(command, cancellationToken);
        var states = Channel.CreateBounded<EvaluationState>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var publishing = Task.WhenAll(PublishAsync(reports.Reader, context), KeepAsync(states.Reader, command));
        var done = new TaskCompletionSource<EvaluationReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        var evaluation = new Evaluation(inputs, config, clock, Progress(command, reports.Writer)) { Identity = identity, Resume = known, Save = state => states.Writer.TryWrite(state) };
        var thread = new Thread(() => Run(evaluation, done, cancellationToken)) { IsBackground = true, Name = $"evaluate {command.RunId}" };
        thread.Start();
        try
        {
            var measured = await hooks.AddAsync(await done.Task, config, cancellationToken);
            return evaluation.Judge(measured);
        }
        finally
        {
            reports.Writer.Complete();
            states.Writer.Complete();
            await publishing;
        }
    }

    private void Run(Evaluation evaluation, TaskCompletionSource<EvaluationReport> done, CancellationToken cancellationToken)
    {
        try
        {
            TorchRuntime.Initialize(options.Value.Threads);
            done.SetResult(evaluation.Measure(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            done.SetCanceled(cancellationToken);
        }
        catch (Exception problem)
        {
            // The outermost loop of this thread: whoever awaits the result decides.
            done.SetException(problem);
        }
    }

    private Action<int, int> Progress(EvaluateAdapter command, ChannelWriter<EvaluationProgressed> reports)
    {
        var started = clock.GetTimestamp();
        var reported = started;
        return (done, total) =>
        {
            if (done == 0 || (done < total && clock.GetElapsedTime(reported) < ReportEvery))
            {
                return;
            }

            reported = clock.GetTimestamp();
            reports.TryWrite(new EvaluationProgressed
            {
                JobId = command.JobId,
                RunId = command.RunId,
                Done = done,
                Total = total,
                SecondsLeft = clock.GetElapsedTime(started).TotalSeconds / done * (total - done),
            });
        };
    }

    private static string StateKey(EvaluateAdapter command) => $"{command.RunId}/evaluation/state.json";

    private static string IdentityOf(AdapterManifest candidate, AdapterManifest? champion, DatasetManifest dataset, EvaluationConfig config) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            new { candidate = candidate.AdapterId, champion = champion?.AdapterId, dataset = dataset.DatasetId, model = dataset.Model.Digest, config }, ContractsJson.Options)));

    private async Task<EvaluationState?> FindStateAsync(EvaluateAdapter command, CancellationToken cancellationToken)
    {
        try
        {
            return await store.FindJsonAsync<EvaluationState>(Buckets.Runs, StateKey(command), cancellationToken);
        }
        catch (JsonException)
        {
            // Half a state is none: the rows are measured again.
            return null;
        }
    }

    // What cannot be kept is measured again by whoever goes on; it is no reason to stop.
    private async Task KeepAsync(ChannelReader<EvaluationState> states, EvaluateAdapter command)
    {
        await foreach (var state in states.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await store.PutJsonAsync(Buckets.Runs, StateKey(command), state, default, CancellationToken.None);
            }
            catch (Exception problem) when (problem is IOException or HttpRequestException)
            {
                logger.StateNotKept(command.RunId, problem.Message);
            }
        }
    }

    private static async Task PublishAsync(ChannelReader<EvaluationProgressed> reports, JobContext context)
    {
        await foreach (var report in reports.ReadAllAsync(CancellationToken.None))
        {
            await context.Publisher.Publish(report, CancellationToken.None);
        }
    }
}
