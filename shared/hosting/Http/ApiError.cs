using LoraMesh.Contracts;
using Microsoft.AspNetCore.Http;

namespace LoraMesh.Hosting.Http;

/// <summary>Answers of 400 and above: <c>{"error":{"message","type","param","code"}}</c>, as OpenAI's clients read them.</summary>
public static class ApiError
{
    /// <summary>400: the request itself is wrong.</summary>
    public static IResult BadRequest(string message, string? param = null, string? code = null) => Create(StatusCodes.Status400BadRequest, message, param, code);

    /// <summary>404: there is no such thing.</summary>
    public static IResult NotFound(string message, string? param = null, string? code = null) => Create(StatusCodes.Status404NotFound, message, param, code);

    /// <summary>409: not in the state that it is in.</summary>
    public static IResult Conflict(string message, string? param = null, string? code = null) => Create(StatusCodes.Status409Conflict, message, param, code);

    /// <summary>413: larger than the configured limit.</summary>
    public static IResult TooLarge(string message, string? param = null, string? code = null) => Create(StatusCodes.Status413PayloadTooLarge, message, param, code);

    /// <summary>429: too much at once; a later try may succeed.</summary>
    public static IResult TooMany(string message, string? param = null, string? code = null) => Create(StatusCodes.Status429TooManyRequests, message, param, code);

    /// <summary>503: not now.</summary>
    public static IResult Unavailable(string message, string? param = null, string? code = null) => Create(StatusCodes.Status503ServiceUnavailable, message, param, code);

    /// <summary>An error with any status; its type follows from the status.</summary>
    public static IResult Create(int status, string message, string? param = null, string? code = null) =>
        Results.Json(Body(status, message, param, code), ContractsJson.Options, "application/json", status);

    /// <summary>The body alone, for answers that are written by hand.</summary>
    public static ErrorBody Body(int status, string message, string? param = null, string? code = null) =>
        new() { Error = new ErrorView { Message = message, Type = TypeOf(status), Param = param, Code = code } };

    /// <summary>The kind of error that a status stands for.</summary>
    public static string TypeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status404NotFound => "not_found_error",
        StatusCodes.Status409Conflict => "conflict_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        StatusCodes.Status503ServiceUnavailable => "unavailable_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };
}
