using System.Text.Encodings.Web;
using LoraMesh.Control.Dashboard.Pages;
using LoraMesh.Hosting.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Dashboard.Access;

/// <summary>Finds out who looks at a page, by the cookie that signing in sets; the API does not believe it.</summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, ILoggerFactory logs, UrlEncoder encoder, ApiKeys keys, SessionCookie cookie, IOptions<AccessOptions> access)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, logs, encoder)
{
    public const string SchemeName = "session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (access.Value.Mode == AccessOptions.Open)
        {
            return Success(Caller.Anyone, null);
        }

        var session = Request.Cookies[SessionCookie.Name];
        if (cookie.Open(session) is not { } key)
        {
            return AuthenticateResult.NoResult();
        }

        return await keys.FindCallerAsync(key, Context.RequestAborted) is { } caller ? Success(caller, session) : AuthenticateResult.Fail("The key of this session was revoked, or lapsed.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // What begins with an underscore is no page, but what carries pages.
        if (HttpMethods.IsGet(Request.Method) && Request.Path.Value?.StartsWith("/_", StringComparison.Ordinal) is not true)
        {
            Response.Redirect(SignIn.AddressFor(Request.PathBase + Request.Path + Request.QueryString));
        }
        else
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
        }

        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return new RazorComponentResult<Forbidden> { StatusCode = StatusCodes.Status403Forbidden }.ExecuteAsync(Context);
    }

    private AuthenticateResult Success(Caller caller, string? session)
    {
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(SessionCaller.Principal(caller, SchemeName, session), SchemeName));
    }
}
