namespace LoraMesh.Control.Dashboard;

/// <summary>
/// Refuses what a page of another site makes a browser send: where access is open, a browser on the same machine would otherwise
/// lend its reach to every page that its user visits. Programs send neither header and are let through.
/// </summary>
internal static class CrossSiteGuard
{
    /// <summary>Refuses with 403 what may change something, and connections of circuits.</summary>
    public static IApplicationBuilder UseCrossSiteGuard(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (IsForeign(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await next(http);
    });

    private static bool IsForeign(HttpRequest request)
    {
        // That a connection becomes a circuit's is known only further on; what asks for it is the header.
        var isHarmless = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) && request.Headers.Upgrade.Count == 0;
        if (isHarmless)
        {
            return false;
        }

        // Browsers say it themselves; older ones and web sockets give the page's origin.
        return request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "same-origin" or "none" => false,
            "cross-site" or "same-site" => true,
            _ => request.Headers.Origin.ToString() is { Length: > 0 } origin
                && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)),
        };
    }
}
