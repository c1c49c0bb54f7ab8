using System.Net.Http.Headers;

namespace LoraMesh.DatasetPrep.Cleaning.Toxicity;

/// <summary>Asks a web address by POST.</summary>
internal sealed class HttpToxicityHook : ToxicityHook
{
    private readonly HttpClient _client;
    private readonly Uri _address;

    public HttpToxicityHook(Uri address, TimeSpan timeLimit)
    {
        _address = address;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = timeLimit, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    public override void Dispose() => _client.Dispose();

    protected override ReadOnlyMemory<byte> Ask(byte[] request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(request) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = _client.Send(message, HttpCompletionOption.ResponseContentRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new ToxicityHookException($"it answered with status {(int)response.StatusCode}");
            }

            using var content = new MemoryStream();
            response.Content.ReadAsStream(cancellationToken).CopyTo(content);
            return content.ToArray();
        }
        catch (HttpRequestException error)
        {
            throw new ToxicityHookException(Problems.Shown.Text(error.Message, 200), error);
        }
        catch (TaskCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToxicityHookException($"it gave no answer within {_client.Timeout.TotalSeconds:0.#} s", error);
        }
    }
}
