using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LoraMesh.AllInOne.Commands;
using LoraMesh.Contracts;

namespace LoraMesh.AllInOne.Client;

/// <summary>Speaks to the API of a running suite. Errors are <see cref="CommandException"/>s with the server's own words.</summary>
public sealed class SuiteClient : IDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan UploadTime = TimeSpan.FromHours(4);

    private readonly HttpClient _http;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="address">Address of the suite, such as <c>http://127.0.0.1:8080</c>.</param>
    public SuiteClient(Uri address)
    {
        Address = address;
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = !address.IsLoopback };
        _http = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = SuiteKey.Header();
    }

    /// <summary>Address of the suite.</summary>
    public Uri Address { get; }

    /// <summary>Uploads one file into a project's inbox.</summary>
    public async Task<DropReceipt> PutAsync(string project, string key, Stream content, CancellationToken cancellationToken)
    {
        using var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Put, $"api/v1/projects/{project}/inbox/{Uri.EscapeDataString(key)}") { Content = body };
        using var answer = await SendAsync(request, HttpCompletionOption.ResponseContentRead, UploadTime, cancellationToken);
        return await ReadAsync<DropReceipt>(answer, cancellationToken);
    }

    /// <summary>What became of a drop.</summary>
    public Task<DropView> FindDropAsync(string project, DropReceipt drop, CancellationToken cancellationToken) =>
        GetAsync<DropView>($"api/v1/drops?project={project}&key={Uri.EscapeDataString(drop.Key)}&etag={Uri.EscapeDataString(drop.Etag)}", cancellationToken);

    /// <summary>One run.</summary>
    public Task<RunView> GetRunAsync(string run, CancellationToken cancellationToken) =>
        GetAsync<RunView>($"api/v1/runs/{Uri.EscapeDataString(run)}", cancellationToken);

    /// <summary>Runs of one project or of all, newest first.</summary>
    public async Task<IReadOnlyList<RunView>> ListRunsAsync(string? project, int limit, CancellationToken cancellationToken)
    {
        var filter = project is null ? "" : $"project={project}&";
        return (await GetAsync<RunList>($"api/v1/runs?{filter}limit={limit}", cancellationToken)).Data;
    }

    /// <summary>What was found in a run's drops, or null before they were read.</summary>
    public Task<DataReport?> FindReportAsync(string run, CancellationToken cancellationToken) =>
        FindAsync<DataReport>($"api/v1/runs/{Uri.EscapeDataString(run)}/report", cancellationToken);

    /// <summary>Every version of a project's adapter, newest first.</summary>
    public async Task<IReadOnlyList<AdapterView>> ListAdaptersAsync(string project, CancellationToken cancellationToken)
    {
        var found = new List<AdapterView>();
        int? before = null;
        do
        {
            var page = await GetAsync<AdapterList>($"api/v1/projects/{project}/adapters{(before is null ? "" : $"?before={before}")}", cancellationToken);
            found.AddRange(page.Data);
            before = page.Next;
        }
        while (before is not null);
        return found;
    }

    /// <summary>Makes a version of a project's adapter its champion.</summary>
    public Task<AdapterView> PromoteAsync(string project, PromoteRequest body, CancellationToken cancellationToken) =>
        PostAsync<PromoteRequest, AdapterView>($"api/v1/projects/{project}/promote", body, cancellationToken);

    /// <summary>Makes the champion before the present one champion again.</summary>
    public Task<AdapterView> RollbackAsync(string project, CancelRequest body, CancellationToken cancellationToken) =>
        PostAsync<CancelRequest, AdapterView>($"api/v1/projects/{project}/rollback", body, cancellationToken);

    /// <summary>Ends a run.</summary>
    public Task<RunView> CancelAsync(string run, CancelRequest body, CancellationToken cancellationToken) =>
        PostAsync<CancelRequest, RunView>($"api/v1/runs/{Uri.EscapeDataString(run)}/cancel", body, cancellationToken);

    /// <summary>Promotes or refuses the adapter of a held run.</summary>
    public Task<RunView> DecideAsync(string run, bool approve, ApprovalRequest body, CancellationToken cancellationToken) =>
        PostAsync<ApprovalRequest, RunView>($"api/v1/runs/{Uri.EscapeDataString(run)}/{(approve ? "approve" : "reject")}", body, cancellationToken);

    /// <summary>What was measured of a run's adapter, or null where it was not evaluated.</summary>
    public Task<EvaluationReport?> FindEvaluationAsync(string run, CancellationToken cancellationToken) =>
        FindAsync<EvaluationReport>($"api/v1/runs/{Uri.EscapeDataString(run)}/evaluation", cancellationToken);

    /// <summary>Messages in quarantine, without their bodies.</summary>
    public async Task<IReadOnlyList<QuarantinedMessage>> ListQuarantineAsync(CancellationToken cancellationToken) =>
        (await GetAsync<QuarantineList>("api/v1/quarantine", cancellationToken)).Data;

    /// <summary>One message in quarantine.</summary>
    public Task<QuarantinedMessage> GetQuarantinedAsync(string id, CancellationToken cancellationToken) =>
        GetAsync<QuarantinedMessage>($"api/v1/quarantine/{Uri.EscapeDataString(id)}", cancellationToken);

    /// <summary>Sends a message in quarantine again, or forgets it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="replay">Whether it is sent again first.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task<QuarantinedMessage> ReleaseAsync(string id, bool replay, CancellationToken cancellationToken) =>
        PostAsync<CancelRequest, QuarantinedMessage>($"api/v1/quarantine/{Uri.EscapeDataString(id)}/{(replay ? "replay" : "discard")}", new CancelRequest(), cancellationToken);

    /// <summary>The API keys, without their secrets.</summary>
    public async Task<IReadOnlyList<ApiKeyView>> ListKeysAsync(CancellationToken cancellationToken) =>
        (await GetAsync<ApiKeyList>("api/v1/keys", cancellationToken)).Data;

    /// <summary>Makes an API key; the answer holds it.</summary>
    public Task<ApiKeyView> CreateKeyAsync(CreateKeyRequest body, CancellationToken cancellationToken) =>
        PostAsync<CreateKeyRequest, ApiKeyView>("api/v1/keys", body, cancellationToken);

    /// <summary>Takes an API key away.</summary>
    public Task<ApiKeyView> RevokeKeyAsync(string id, CancellationToken cancellationToken) =>
        SendAsync<CancelRequest, ApiKeyView>(HttpMethod.Delete, $"api/v1/keys/{Uri.EscapeDataString(id)}", null, cancellationToken);

    /// <summary>The views of a run as they change; ends with the connection or with the run.</summary>
    public async IAsyncEnumerable<RunView> EventsAsync(string run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/runs/{Uri.EscapeDataString(run)}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var answer = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, AnswerTime, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var parser = SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<RunView>(data, ContractsJson.Options));
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            if (item.Data is { } view)
            {
                yield return view;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private Task<TAnswer> PostAsync<TBody, TAnswer>(string path, TBody body, CancellationToken cancellationToken)
        where TBody : class => SendAsync<TBody, TAnswer>(HttpMethod.Post, path, body, cancellationToken);

    internal async Task<TAnswer> SendAsync<TBody, TAnswer>(HttpMethod method, string path, TBody? body, CancellationToken cancellationToken)
        where TBody : class
    {
        using var content = body is null ? null : JsonContent.Create(body, options: ContractsJson.Options);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await SendAsync(request, HttpCompletionOption.ResponseContentRead, AnswerTime, cancellationToken);
        return await ReadAsync<TAnswer>(answer, cancellationToken);
    }

    internal async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await SendAsync(request, HttpCompletionOption.ResponseContentRead, AnswerTime, cancellationToken);
        return await ReadAsync<T>(answer, cancellationToken);
    }

    private async Task<T?> FindAsync<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await GetAsync<T>(path, cancellationToken);
        }
        catch (SuiteRefusedException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, completion, patience.Token);
        }
        catch (HttpRequestException failure)
        {
            throw new SuiteUnreachableException(Address, failure.InnerException?.Message ?? failure.Message, failure);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            var problem = patience.IsCancellationRequested ? $"no answer within {limit.TotalSeconds:0} s" : late.InnerException?.Message ?? late.Message;
            throw new SuiteUnreachableException(Address, problem, late);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await SuiteRefusedException.ReadAsync(Address, request, answer, cancellationToken);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(ContractsJson.Options, cancellationToken)
                ?? throw new JsonException("the body is JSON null");
        }
        catch (JsonException failure)
        {
            throw new CommandException(ExitCode.WorkFailed, "not_a_suite", $"{answer.RequestMessage?.RequestUri} did not answer as a LoraMesh suite does ({failure.Message}). Check that --url names one of the same version as this command.", failure);
        }
    }
}
