using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Http;

/// <summary>Gives every answer of 400 and above the one shape, also those that no endpoint wrote.</summary>
public static class ApiErrors
{
    /// <summary>
    /// Shapes unhandled exceptions (500 without details, which are logged; what the server itself refuses keeps its
    /// status) and empty answers such as 404 of an unknown path. Call it first after building the app.
    /// </summary>
    public static IApplicationBuilder UseLoraMeshErrors(this IApplicationBuilder app)
    {
        app.Use(HandleAsync);
        return app.UseStatusCodePages(context =>
        {
            var response = context.HttpContext.Response;
            return WriteAsync(context.HttpContext, response.StatusCode, Describe(context.HttpContext), null);
        });
    }

    internal static void AddApiErrors(this IServiceCollection services)
    {
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = ContractsJson.Options.PropertyNamingPolicy;
            options.SerializerOptions.NumberHandling = ContractsJson.Options.NumberHandling;
            options.SerializerOptions.Encoder = ContractsJson.Options.Encoder;
        });
    }

    private static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is no one to answer.
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, refused.StatusCode, Explain(refused), "bad_request");
        }
        catch (Exception problem) when (!context.Response.HasStarted)
        {
            // The outermost catch of a request.
            await (Note(context, problem) == StatusCodes.Status503ServiceUnavailable
                ? WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Store, database or network are away at the moment; try again in some seconds.", "surroundings_away")
                : WriteAsync(context, StatusCodes.Status500InternalServerError, "The request failed because of a fault of the server; its log has the details.", "internal_error"));
        }
    }

    // 503 where trying again may help, else 500.
    private static int Note(HttpContext context, Exception problem)
    {
        var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ApiErrors));
        if (WeatherRetries.IsWeather(problem))
        {
            Log.Weather(log, problem, context.Request.Method, context.Request.Path);
            return StatusCodes.Status503ServiceUnavailable;
        }

        Log.Unhandled(log, problem, context.Request.Method, context.Request.Path);
        return StatusCodes.Status500InternalServerError;
    }

    private static string Explain(BadHttpRequestException refused) =>
        refused.InnerException is JsonException json ? $"{refused.Message} {json.Message}" : refused.Message;

    private static string Describe(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"There is nothing at {context.Request.Path}.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Method} is not possible at {context.Request.Path}; allowed: {context.Response.Headers.Allow}.",
        StatusCodes.Status415UnsupportedMediaType => $"The content type '{context.Request.ContentType}' is not understood at {context.Request.Path}; send application/json.",
        var status => $"The request was answered with status {status}.",
    };

    private static async Task WriteAsync(HttpContext context, int status, string message, string? code)
    {
        context.Response.Clear();
        if (await context.RequestServices.GetRequiredService<IOptions<ErrorPageOptions>>().Value.TryShow(context, status))
        {
            return;
        }

        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        await ApiError.Create(status, message, null, code).ExecuteAsync(context);
    }
}
