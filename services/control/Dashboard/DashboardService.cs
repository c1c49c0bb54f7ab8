using LoraMesh.Contracts;
using LoraMesh.Control.Dashboard.Access;
using LoraMesh.Control.Dashboard.Playground;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Http;
using LoraMesh.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using MudBlazor;
using MudBlazor.Services;

namespace LoraMesh.Control.Dashboard;

/// <summary>The pages: Blazor on the server, below <c>/</c>.</summary>
public static class DashboardService
{
    // A project.yaml as one types it is the largest thing that a page sends at once; files come in pieces.
    private const int MaxMessageBytes = 512 * 1024;

    /// <summary>Puts pages, their scripts and sign-in into the program. Call it after <c>UseLoraMeshAccess</c>.</summary>
    public static WebApplication UseDashboard(this WebApplication app)
    {
        app.UseCrossSiteGuard();
        app.UseAntiforgery();
        app.MapDashboardAssets();
        app.MapSessions();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = "'none'")
            .Finally(endpoint =>
            {
                // What carries the pages, such as the connection of circuits, is for whoever may see any.
                if (!endpoint.Metadata.Any(item => item is IAuthorizeData or IAllowAnonymous))
                {
                    endpoint.Metadata.Add(new PageAccessAttribute(AccessRoles.Viewer));
                }
            });
        return app;
    }

    internal static void AddDashboard(this IServiceCollection services)
    {
        services.AddCheckedOptions<DashboardOptions>(DashboardOptions.Section);
        services.AddSingleton<IStartupFilter, SecurityHeaders>();
        services.Configure<ErrorPageOptions>(pages => pages.TryShow = ErrorPages.TryShowAsync);
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = 20;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1);
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = MaxMessageBytes);
        services.AddMudServices(mud => mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight);

        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitAuthentication>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<InferenceClient>();
        services.AddSingleton<IAuthorizationHandler, PageAuthorization>();
        PageRequirement.AddPolicies(services.AddAuthorizationBuilder());
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "loramesh-forms";
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.SuppressXFrameOptionsHeader = true;
        });
        services.AddDataProtection().SetApplicationName("loramesh");

        // It warns that its keys are stored unencrypted; KeyRing says why they may be.
        services.AddLogging(log => log.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error));
        services.AddOptions<KeyManagementOptions>().Configure<IBlobStore>((keys, blobs) => keys.XmlRepository = new KeyRing(blobs));
    }
}
