using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Dashboard.Access;

/// <summary>
/// The cookie of someone who signed in: the API key, sealed, and no longer valid than the session. The key is looked up with
/// each request as if it were sent itself, so revoking it ends the session, and no list of sessions is kept.
/// </summary>
internal sealed class SessionCookie(IDataProtectionProvider protection, IOptions<DashboardOptions> options)
{
    public const string Name = "loramesh-session";

    private readonly ITimeLimitedDataProtector _seal = protection.CreateProtector("LoraMesh.Dashboard.Session.v1").ToTimeLimitedDataProtector();

    /// <summary>Seals a key.</summary>
    public string Seal(string key) => _seal.Protect(key, options.Value.SessionTime);

    /// <summary>The key that a cookie holds, or null where it lapsed or was not sealed here.</summary>
    public string? Open(string? cookie)
    {
        if (string.IsNullOrEmpty(cookie))
        {
            return null;
        }

        try
        {
            return _seal.Unprotect(cookie);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Signs someone in with the answer to this request.</summary>
    public void Set(HttpContext http, string key) => http.Response.Cookies.Append(Name, Seal(key), Attributes(http, options.Value.SessionTime));

    /// <summary>Signs whoever it was out.</summary>
    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, Attributes(http, null));

    private static CookieOptions Attributes(HttpContext http, TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = "/",
        MaxAge = life,
        IsEssential = true,
    };
}
