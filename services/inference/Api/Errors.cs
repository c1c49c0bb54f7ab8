using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Http;
using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Models;
using LoraMesh.Text;
using Microsoft.AspNetCore.Http;

namespace LoraMesh.Inference.Api;

// Which exception becomes which answer, in OpenAI's shape and with OpenAI's words.
internal static class Errors
{
    // Null for what nobody expected: the host's outermost handler logs that and answers 500.
    public static (int Status, ErrorBody Body)? Of(Exception exception) => exception switch
    {
        RequestException e => Answer(e.Status, e.Message, e.Type, e.Param, e.Code),
        ConstraintException e => Answer(StatusCodes.Status400BadRequest, e.Message, "invalid_request_error", e.Place, "unsupported_constraint"),
        UnknownModelException e => Answer(StatusCodes.Status404NotFound, e.Message, "invalid_request_error", "model", "model_not_found"),
        QueueFullException e => Answer(StatusCodes.Status429TooManyRequests, e.Message, "rate_limit_error", null, "rate_limit_exceeded"),
        ModelUnavailableException e => Answer(StatusCodes.Status503ServiceUnavailable, e.Message, "server_error", "model", "model_unavailable"),
        EngineFailedException { InnerException: ConstraintException } e => Answer(StatusCodes.Status400BadRequest, e.Message, "invalid_request_error", null, "unsupported_constraint"),
        EngineFailedException e => Answer(StatusCodes.Status500InternalServerError, e.Message, "server_error", null, "engine_failed"),
        _ => null,
    };

    public static void Write(Utf8JsonWriter json, ErrorBody body) =>
        JsonSerializer.Serialize(json, body, ContractsJson.Options);

    private static (int Status, ErrorBody Body) Answer(int status, string message, string type, string? param, string? code) =>
        (status, new ErrorBody { Error = new ErrorView { Message = message, Type = type, Param = param, Code = code } });
}
