using System.Net;
using System.Text.Json;
using LoraMesh.AllInOne.Commands;
using LoraMesh.Contracts;

namespace LoraMesh.AllInOne.Client;

/// <summary>The suite answered a request with an error.</summary>
public sealed class SuiteRefusedException(HttpStatusCode status, int exitCode, string code, string message)
    : CommandException(exitCode, code, message)
{
    /// <summary>Status of the answer.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>Makes the exception from an answer: its own message where it has one.</summary>
    /// <returns>A <see cref="SuiteUnreachableException"/> where the suite says that it is not ready, else one of these.</returns>
    public static async Task<CommandException> ReadAsync(Uri address, HttpRequestMessage request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = answer.StatusCode;
        if (status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            return new SuiteUnreachableException(address, $"it answers {(int)status}");
        }

        var error = await FindErrorAsync(answer, cancellationToken);
        var message = error?.Message ?? $"{request.Method} {request.RequestUri} was answered with {(int)status} {answer.ReasonPhrase}, without a reason. Check that --url names a LoraMesh suite.";
        var exitCode = status switch
        {
            HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => Commands.ExitCode.RefusedInput,
            < HttpStatusCode.InternalServerError => Commands.ExitCode.WrongCommand,
            _ => Commands.ExitCode.WorkFailed,
        };
        return new SuiteRefusedException(status, exitCode, error?.Code ?? $"http_{(int)status}", message);
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
