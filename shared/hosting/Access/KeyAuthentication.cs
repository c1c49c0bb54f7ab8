using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Access;

/// <summary>Finds out who calls, by <c>Authorization: Bearer &lt;key&gt;</c> as OpenAI's clients send it.</summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, ILoggerFactory logs, UrlEncoder encoder, ApiKeys keys, IOptions<AccessOptions> access)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, logs, encoder)
{
    public const string SchemeName = "key";

    // A handler serves one request.
    private TooManyUnknownKeysException? _busy;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (access.Value.Mode == AccessOptions.Open)
        {
            return Success(Caller.Anyone);
        }

        if (AccessEndpoints.BearerOf(Request) is not { } key)
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            return await keys.FindCallerAsync(key, Context.RequestAborted) is { } caller ? Success(caller) : AuthenticateResult.Fail("The key is not known, was revoked, or lapsed.");
        }
        catch (TooManyUnknownKeysException busy)
        {
            _busy = busy;
            return AuthenticateResult.Fail(busy);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_busy is not null)
        {
            Response.Headers.RetryAfter = "5";
            return Http.ApiError.TooMany(_busy.Message, null, "too_many_unknown_keys").ExecuteAsync(Context);
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        var message = Request.Headers.Authorization.Count == 0
            ? "No API key was sent. Send one as the header 'Authorization: Bearer <key>'; an administrator makes it with 'loramesh keys create'."
            : "The API key is not known here: it is wrong, was revoked, or lapsed.";
        return Http.ApiError.Create(StatusCodes.Status401Unauthorized, message, null, "invalid_api_key").ExecuteAsync(Context);
    }

    private AuthenticateResult Success(Caller caller)
    {
        Context.Features.Set(caller);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name), new Claim(ClaimTypes.Role, caller.Role)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }
}
