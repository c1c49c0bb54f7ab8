using System.Globalization;
using LoraMesh.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Api;

// Around every endpoint of the API: the request's id on the answer, and refusals in OpenAI's shape.
internal sealed class RequestFilter(IOptions<InferenceOptions> options) : IEndpointFilter
{
    private const string IdHeader = "x-request-id";
    private const int MaxIdLength = 128;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers[IdHeader] = IdOf(http.Request);
        try
        {
            return await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
            return Results.Empty;
        }
        catch (Exception e) when (!http.Response.HasStarted && Errors.Of(e) is { } answer)
        {
            if (answer.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            {
                http.Response.Headers.RetryAfter = Math.Ceiling(options.Value.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            return Results.Json(answer.Body, ContractsJson.Options, "application/json", answer.Status);
        }
    }

    // What goes into a header and logs is short and printable, whatever was sent.
    private static string IdOf(HttpRequest request)
    {
        var sent = request.Headers[IdHeader].ToString();
        return sent.Length is > 0 and <= MaxIdLength && sent.All(letter => letter is >= '!' and <= '~') ? sent : $"req-{Guid.NewGuid():N}";
    }
}
