namespace LoraMesh.Inference.Api;

/// <summary>A request is refused; the fields are those of an OpenAI error.</summary>
public sealed class RequestException(int status, string message, string type, string? param, string? code) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>OpenAI's kind of error.</summary>
    public string Type { get; } = type;

    /// <summary>The field at fault.</summary>
    public string? Param { get; } = param;

    /// <summary>A stable word for programs.</summary>
    public string? Code { get; } = code;

    internal static RequestException Invalid(string? param, string message, string? code = null, int status = 400) =>
        new(status, message, "invalid_request_error", param, code);
}
