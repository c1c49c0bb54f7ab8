using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.Client;

/// <summary>Speaks to the API of a running suite. Errors are <see cref="SuiteException"/>s with the server's own words. May be called from any thread.</summary>
public sealed class SuiteClient : IDisposable
{
    private static readonly TimeSpan UploadTime = TimeSpan.FromHours(4);

    private readonly SuiteTransport _transport;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="connection">Where the suite is, and how it is reached.</param>
    /// <param name="time">Clock of pauses; the system's by default.</param>
    public SuiteClient(SuiteConnection connection, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _transport = new SuiteTransport(connection, time ?? TimeProvider.System);
    }

    /// <summary>Makes a client of a suite whose certificate the system trusts; nothing is sent yet.</summary>
    /// <param name="address">Address of the suite, such as <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="bearer">An API key or a token; null where access is open.</param>
    public SuiteClient(Uri address, string? bearer = null)
        : this(new SuiteConnection(address) { Bearer = bearer })
    {
    }

    /// <summary>Address of the suite.</summary>
    public Uri Address => _transport.Address;

    /// <summary>Uploads one file into a project's inbox.</summary>
    /// <param name="project">The project.</param>
    /// <param name="key">Name of the file in the inbox, with folders where it has some.</param>
    /// <param name="content">Its bytes, from where the stream stands; one that can seek is sent again where the suite asks for patience.</param>
    /// <param name="cancellationToken">Ends the upload; nothing is stored then.</param>
    public async Task<DropReceipt> PutAsync(string project, string key, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var start = content.CanSeek ? content.Position : 0;
        using var answer = await _transport.SendAsync(
            () =>
            {
                if (content.CanSeek)
                {
                    content.Position = start;
                }

                var body = new StreamContent(new Borrowed(content));
                body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                return new HttpRequestMessage(HttpMethod.Put, $"api/v1/projects/{project}/inbox/{Uri.EscapeDataString(key)}") { Content = body };
            },
            HttpCompletionOption.ResponseContentRead, UploadTime, cancellationToken);
        return await SuiteTransport.ReadAsync<DropReceipt>(answer, cancellationToken);
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

    /// <summary>What was found in a run's drops.</summary>
    /// <exception cref="SuiteRefusedException">There is no such run, or its drops were not read yet.</exception>
    public Task<DataReport> GetReportAsync(string run, CancellationToken cancellationToken) =>
        GetAsync<DataReport>($"api/v1/runs/{Uri.EscapeDataString(run)}/report", cancellationToken);

    /// <summary>What was measured of a run's adapter.</summary>
    /// <exception cref="SuiteRefusedException">There is no such run, or it was not evaluated yet.</exception>
    public Task<EvaluationReport> GetEvaluationAsync(string run, CancellationToken cancellationToken) =>
        GetAsync<EvaluationReport>($"api/v1/runs/{Uri.EscapeDataString(run)}/evaluation", cancellationToken);

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
        using var answer = await _transport.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/runs/{Uri.EscapeDataString(run)}/events");
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
                return request;
            },
            HttpCompletionOption.ResponseHeadersRead, SuiteTransport.AnswerTime, cancellationToken);
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
    public void Dispose() => _transport.Dispose();

    internal Task<TAnswer> SendAsync<TBody, TAnswer>(HttpMethod method, string path, TBody? body, CancellationToken cancellationToken)
        where TBody : class => _transport.SendAsync<TBody, TAnswer>(method, path, body, cancellationToken);

    internal Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) => _transport.SendAsync<object, T>(HttpMethod.Get, path, null, cancellationToken);

    internal async Task<string> SendForTextAsync<TBody>(string path, TBody body, CancellationToken cancellationToken)
    {
        using var answer = await _transport.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, path) { Content = System.Net.Http.Json.JsonContent.Create(body) },
            HttpCompletionOption.ResponseContentRead, SuiteTransport.AnswerTime, cancellationToken);
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }

    internal async Task CopyAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using var answer = await _transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), HttpCompletionOption.ResponseHeadersRead, SuiteTransport.AnswerTime, cancellationToken);
        await answer.Content.CopyToAsync(target, cancellationToken);
    }

    private Task<TAnswer> PostAsync<TBody, TAnswer>(string path, TBody body, CancellationToken cancellationToken)
        where TBody : class => SendAsync<TBody, TAnswer>(HttpMethod.Post, path, body, cancellationToken);

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
}
