using LoraMesh.Control.Dashboard.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LoraMesh.Control.Dashboard;

/// <summary>Answers people with a page where programs get JSON: at an address without anything.</summary>
internal static class ErrorPages
{
    /// <summary>Shapes empty answers to browsers.</summary>
    public static IApplicationBuilder UseErrorPages(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        await next(http);
        if (http.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound, ContentLength: null, ContentType: null } && WantsPage(http.Request))
        {
            await new RazorComponentResult<Nothing> { StatusCode = StatusCodes.Status404NotFound }.ExecuteAsync(http);
        }
    });

    private static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && !request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
