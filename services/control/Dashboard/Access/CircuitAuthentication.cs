using LoraMesh.Hosting.Access;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Dashboard.Access;

/// <summary>Asks again who a page belongs to while it stays open: a key that was revoked ends it within <see cref="AccessOptions.CacheTime"/> or some seconds.</summary>
internal sealed class CircuitAuthentication(ILoggerFactory logs, ApiKeys keys, SessionCookie cookie, IOptions<AccessOptions> access) : RevalidatingServerAuthenticationStateProvider(logs)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    protected override TimeSpan RevalidationInterval => access.Value.CacheTime > Shortest ? access.Value.CacheTime : Shortest;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (access.Value.Mode == AccessOptions.Open)
        {
            return true;
        }

        try
        {
            return SessionCaller.Of(authenticationState.User) is { } caller
                && cookie.Open(authenticationState.User.FindFirst(SessionCaller.SessionClaim)?.Value) is { } key
                && await keys.FindCallerAsync(key, cancellationToken) is { } found && found.Name == caller.Name && found.Role == caller.Role;
        }
        catch (IOException)
        {
            // The store is away: who was known goes on being known.
            return true;
        }
    }
}
