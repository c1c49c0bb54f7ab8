namespace LoraMesh.Control.Dashboard;

/// <summary>Remembers light or dark in the browser, where <c>dashboard.js</c> writes it and the server reads it for the first paint.</summary>
internal static class ThemeCookie
{
    public const string Name = "loramesh-theme";

    public static bool IsDark(HttpContext http) => http.Request.Cookies[Name] == "dark";
}
