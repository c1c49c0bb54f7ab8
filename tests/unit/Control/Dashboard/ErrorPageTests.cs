using System.Net;
using LoraMesh.Contracts;
using LoraMesh.UnitTests.Control.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LoraMesh.UnitTests.Control.Dashboard;

/// <summary>What people see where a page cannot be made, such as when nobody can say who asks; programs get JSON at the same moment.</summary>
public sealed class ErrorPageTests
{
    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "This page failed")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "Not at the moment")]
    public async Task Page_ThatFails_IsAPageThatSaysSo_WithItsSecurityHeaders_AndTellsNoSecret(HttpStatusCode status, string title)
    {
        Exception problem = status == HttpStatusCode.InternalServerError ? new InvalidOperationException("secret-of-the-fault") : new IOException("secret-of-the-fault");
        await using var control = await ApiHarness.StartAsync(more: builder => builder.Services.AddSingleton<IAuthenticationService>(new Broken(problem)));

        using var page = await AskAsync(control, "text/html,application/xhtml+xml");
        using var json = await AskAsync(control, "application/json");

        var text = await page.Content.ReadAsStringAsync();
        Assert.Equal((status, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains(title, text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-the-fault", text, StringComparison.Ordinal);
        Assert.NotNull((await ApiHarness.ReadAsync<ErrorBody>(json, (int)status)).Error.Code);
        foreach (var answer in new[] { page, json })
        {
            Assert.Contains("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(ApiHarness control, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/runs", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await control.Client.SendAsync(request);
    }

    private sealed class Broken(Exception problem) : IAuthenticationService
    {
        public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme) => throw problem;

        public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => throw problem;

        public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => throw problem;

        public Task SignInAsync(HttpContext context, string? scheme, System.Security.Claims.ClaimsPrincipal principal, AuthenticationProperties? properties) => throw problem;

        public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => throw problem;
    }
}
