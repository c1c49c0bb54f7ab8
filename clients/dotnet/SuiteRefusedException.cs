using System.Net;
using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.Client;

/// <summary>The suite answered a request with an error.</summary>
public sealed class SuiteRefusedException(HttpStatusCode status, string code, string message, string? param = null) : SuiteException(code, message)
{
    /// <summary>Status of the answer.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>The parameter or field that is meant, where it is one.</summary>
    public string? Param { get; } = param;

    /// <summary>Makes the exception from an answer: its own message where it has one.</summary>
    /// <returns>A <see cref="SuiteUnreachableException"/> where the suite says that it is not ready, else one of these.</returns>
    internal static async Task<SuiteException> ReadAsync(Uri address, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = answer.StatusCode;
        if (status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            return new SuiteUnreachableException(address, $"it answers {(int)status}");
        }

        var error = await FindErrorAsync(answer, cancellationToken);
        var message = error?.Message ?? $"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri} was answered with {(int)status} {answer.ReasonPhrase}, without a reason. Check that the address is that of a LoraMesh suite.";
        return new SuiteRefusedException(status, error?.Code ?? $"http_{(int)status}", message, error?.Param);
    }

    private static async Task<ErrorView?> FindErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            return (await JsonSerializer.DeserializeAsync<ErrorBody>(body, ContractsJson.Options, cancellationToken))?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
