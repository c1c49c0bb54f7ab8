using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.Client;

/// <summary>Sends requests to one suite: with its bearer, within a time, again where it asks for patience, and with errors as exceptions.</summary>
internal sealed class SuiteTransport : IDisposable
{
    /// <summary>Longest time for an ordinary answer.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(100);

    // A suite that is asked too much says when to come again; a bound all the same.
    private const int MaxRepeats = 8;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public SuiteTransport(SuiteConnection connection, TimeProvider time)
    {
        (Address, _time) = (connection.Address, time);
        _http = new HttpClient(connection.Handler()) { BaseAddress = connection.Address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = connection.Bearer is { } bearer ? new AuthenticationHeaderValue("Bearer", bearer) : null;
    }

    public Uri Address { get; }

    public async Task<TAnswer> SendAsync<TBody, TAnswer>(HttpMethod method, string path, TBody? body, CancellationToken cancellationToken)
        where TBody : class
    {
        using var answer = await SendAsync(
            () => new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: ContractsJson.Options) },
            HttpCompletionOption.ResponseContentRead, AnswerTime, cancellationToken);
        return await ReadAsync<TAnswer>(answer, cancellationToken);
    }

    /// <summary>Sends a request, anew while the suite says that it is asked too much.</summary>
    /// <param name="make">Makes the request, each time afresh.</param>
    /// <param name="completion">What is waited for.</param>
    /// <param name="limit">Longest time for one attempt.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, HttpCompletionOption completion, TimeSpan limit, CancellationToken cancellationToken)
    {
        for (var repeats = 0; ; repeats++)
        {
            using var request = make();
            var answer = await SendOnceAsync(request, completion, limit, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                if (answer.StatusCode != HttpStatusCode.TooManyRequests || repeats >= MaxRepeats)
                {
                    throw await SuiteRefusedException.ReadAsync(Address, answer, cancellationToken);
                }

                var asked = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
                await Task.Delay(asked < LongestPause ? asked : LongestPause, _time, cancellationToken);
            }
        }
    }

    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(ContractsJson.Options, cancellationToken)
                ?? throw new JsonException("the body is JSON null");
        }
        catch (JsonException failure)
        {
            throw new SuiteException("not_a_suite", $"{answer.RequestMessage?.RequestUri} did not answer as a LoraMesh suite does ({failure.Message}). Check that the address is that of one of the same version.", failure);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, HttpCompletionOption completion, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        try
        {
            return await _http.SendAsync(request, completion, patience.Token);
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
    }
}
