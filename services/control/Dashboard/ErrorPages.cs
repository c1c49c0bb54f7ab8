using LoraMesh.Control.Dashboard.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LoraMesh.Control.Dashboard;

/// <summary>Answers people with a page where programs get JSON: at an address without anything, and where a request failed.</summary>
internal static class ErrorPages
{
    /// <summary>Shows a page for a status, or says false where a program asks, or where the status has no page.</summary>
    public static Task<bool> TryShowAsync(HttpContext http, int status) => !WantsPage(http.Request) ? Task.FromResult(false) : status switch
    {
        StatusCodes.Status404NotFound => ShowAsync<Nothing>(http, status),
        StatusCodes.Status500InternalServerError => ShowAsync<Failed>(http, status),
        StatusCodes.Status503ServiceUnavailable => ShowAsync<Away>(http, status),
        _ => Task.FromResult(false),
    };

    private static async Task<bool> ShowAsync<TPage>(HttpContext http, int status)
        where TPage : IComponent
    {
        await new RazorComponentResult<TPage> { StatusCode = status }.ExecuteAsync(http);
        return true;
    }

    private static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && !request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
