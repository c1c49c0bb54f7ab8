using LoraMesh.Control.Dashboard.Pages;
using Microsoft.AspNetCore.Mvc;

namespace LoraMesh.Control.Dashboard.Access;

/// <summary>What ends a session; what begins one is the page <see cref="SignIn"/>.</summary>
internal static class SessionEndpoints
{
    /// <summary>Adds <c>POST /sign-out</c>; its form carries a token against forgery.</summary>
    public static void MapSessions(this IEndpointRouteBuilder app) => app.MapPost("/sign-out", (HttpContext http, [FromForm] string? then) =>
    {
        SessionCookie.Remove(http);
        return Results.LocalRedirect(SignIn.IsOwn(then) ? then! : "/sign-in");
    }).AllowAnonymous();
}
