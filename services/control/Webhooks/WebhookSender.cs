using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Webhooks;

/// <summary>
/// Posts one event: HMAC-SHA256 over delivery id, time and body, apart by dots, in the header <c>X-LoraMesh-Signature</c> as
/// <c>v1,BASE64</c>, so that a receiver can tell who sent it, when, and whether it has it already.
/// </summary>
public sealed class WebhookSender(IOptions<WebhooksOptions> options, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends an event.</summary>
    /// <returns>The status code, or in words why there is none; and whether the receiver took it.</returns>
    public async Task<(bool Taken, string Result)> SendAsync(WebhookOptions hook, string deliveryId, WebhookEvent content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hook);
        var body = JsonSerializer.SerializeToUtf8Bytes(content, ContractsJson.Options);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("LoraMesh", "1"));
        request.Headers.Add("X-LoraMesh-Delivery", deliveryId);
        request.Headers.Add("X-LoraMesh-Timestamp", timestamp);
        request.Headers.Add("X-LoraMesh-Signature", Sign(SecretText.Read(hook.Secret, hook.SecretFile), deliveryId, timestamp, body));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Value.Timeout);
        try
        {
            // The answer's body is of no use, and may be of any size.
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return (answer.IsSuccessStatusCode, ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture));
        }
        catch (HttpRequestException problem)
        {
            return (false, problem.InnerException?.Message ?? problem.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, $"no answer within {options.Value.Timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>The signature of a delivery.</summary>
    public static string Sign(string secret, string deliveryId, string timestamp, byte[] body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{deliveryId}.{timestamp}."), .. body]));

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
