using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using LoraMesh.Contracts;

namespace LoraMesh.Containers;

/// <summary>What a user does with a running suite: drops files into the bucket, waits for what comes of them, asks. May be called from any thread.</summary>
public sealed class MeshClient(IAmazonS3 objects, Func<Uri> control, Func<Uri> inference, Func<string> logs, HttpMessageHandler? handler = null) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new(handler ?? new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(100) };
    private readonly ConcurrentDictionary<string, (string Key, string ETag)> _newest = new(StringComparer.Ordinal);

    /// <summary>Drops files into a project's inbox under their own names, as any S3 client would; a <c>project.yaml</c> among them goes first.</summary>
    public async Task DropAsync(string project, CancellationToken cancellationToken, params string[] files)
    {
        foreach (var file in files.OrderBy(path => Path.GetFileName(path) != "project.yaml"))
        {
            await using var content = File.OpenRead(file);
            await PutAsync(project, Path.GetFileName(file), content, cancellationToken);
        }
    }

    /// <summary>Drops one text as a file.</summary>
    public async Task DropTextAsync(string project, string name, string text, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        await PutAsync(project, name, content, cancellationToken);
    }

    /// <summary>Waits until the run of the project's newest drop has promoted its adapter and inference answers with it.</summary>
    /// <param name="project">The project.</param>
    /// <param name="atMost">How long; five minutes by default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">The run ended otherwise, or the time is over.</exception>
    public async Task<RunView> WaitForPromotionAsync(string project, TimeSpan? atMost = null, CancellationToken cancellationToken = default)
    {
        var run = await WaitForEndAsync(project, atMost, cancellationToken);
        return run.State == RunStates.Promoted ? run
            : throw new MeshException($"{run.Run} of project {project} ended {run.State} ({run.Code}): {run.Reason}\n{logs()}");
    }

    /// <summary>Waits until the run of the project's newest drop has ended in any way.</summary>
    /// <exception cref="MeshException">The time is over.</exception>
    public Task<RunView> WaitForEndAsync(string project, TimeSpan? atMost = null, CancellationToken cancellationToken = default) =>
        WaitForAsync(project, run => RunStates.IsTerminal(run.State), "ended", atMost, cancellationToken);

    /// <summary>Waits until the run of the project's newest drop is as asked for.</summary>
    /// <param name="project">The project.</param>
    /// <param name="condition">What is asked for.</param>
    /// <param name="what">What is asked for, in words.</param>
    /// <param name="atMost">How long; five minutes by default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">The time is over, or the run ended before.</exception>
    public async Task<RunView> WaitForAsync(string project, Func<RunView, bool> condition, string what, TimeSpan? atMost = null, CancellationToken cancellationToken = default)
    {
        var patience = atMost ?? Patience;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        using var timer = new PeriodicTimer(Between);
        RunView? run = null;
        try
        {
            do
            {
                run = await FindRunAsync(project, limit.Token) ?? run;
                if (run is not null && condition(run))
                {
                    return run;
                }
            }
            while (run is null || !RunStates.IsTerminal(run.State) ? await timer.WaitForNextTickAsync(limit.Token) : false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MeshException($"The newest run of project {project} has not {what} within {patience}; it is {Show(run)}.\n{logs()}");
        }

        throw new MeshException($"The newest run of project {project} ended before it had {what}; it is {Show(run)}.\n{logs()}");
    }

    /// <summary>The newest runs, of one project or of all; null where control does not answer.</summary>
    public async Task<IReadOnlyList<RunView>?> FindRunsAsync(string? project = null, int limit = 1000, CancellationToken cancellationToken = default) =>
        (await TryGetAsync<RunList>(control(), $"api/v1/runs?limit={limit}" + (project is null ? "" : $"&project={project}"), cancellationToken))?.Data;

    /// <summary>What became of one drop; null where control does not answer or does not know it.</summary>
    /// <param name="key">Its key, project included.</param>
    /// <param name="etag">Its ETag without quotes.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public Task<DropView?> FindDropAsync(string key, string etag, CancellationToken cancellationToken = default) =>
        TryGetAsync<DropView>(control(), $"api/v1/drops?key={Uri.EscapeDataString(key)}&etag={Uri.EscapeDataString(etag)}", cancellationToken);

    /// <summary>The answer of a model to one question: a project answers with its champion, a base model as it is; greedy.</summary>
    /// <exception cref="HttpRequestException">It was refused.</exception>
    public async Task<string> AskAsync(string model, string question, int maxTokens = 64, CancellationToken cancellationToken = default)
    {
        var body = new { model, temperature = 0, max_tokens = maxTokens, messages = new[] { new { role = "user", content = question } } };
        using var answer = await _http.PostAsJsonAsync(new Uri(inference(), "v1/chat/completions"), body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{model} gave no answer: {(int)answer.StatusCode} {text}", null, answer.StatusCode);
        }

        return JsonDocument.Parse(text).RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString() ?? "";
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task PutAsync(string project, string name, Stream content, CancellationToken cancellationToken)
    {
        var key = $"{project}/{name}";
        var put = await objects.PutObjectAsync(new PutObjectRequest { BucketName = Buckets.Inbox, Key = key, InputStream = content, AutoCloseStream = false }, cancellationToken);
        if (name != "project.yaml")
        {
            _newest[project] = (key, put.ETag.Trim('"'));
        }
    }

    // What was dropped past this client is not known: then the newest run is meant.
    private async Task<RunView?> FindRunAsync(string project, CancellationToken cancellationToken)
    {
        if (!_newest.TryGetValue(project, out var drop))
        {
            return await FindRunsAsync(project, 1, cancellationToken) is [var newest, ..] ? newest : null;
        }

        return (await FindDropAsync(drop.Key, drop.ETag, cancellationToken))?.Run is { } run ? await TryGetAsync<RunView>(control(), $"api/v1/runs/{run}", cancellationToken) : null;
    }

    private async Task<T?> TryGetAsync<T>(Uri address, string path, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(address, path), cancellationToken);
            return answer.StatusCode is HttpStatusCode.OK ? await answer.Content.ReadFromJsonAsync<T>(ContractsJson.Options, cancellationToken) : null;
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException { InnerException: TimeoutException } or IOException)
        {
            return null;
        }
    }

    private static string Show(RunView? run) => run is null ? "not there" : $"{run.Run}, {run.State}, attempt {run.Attempt}{(run.Stalled ? ", stalled" : "")}: {run.Reason}";
}
