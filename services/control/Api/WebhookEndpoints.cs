using LoraMesh.Contracts;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Webhooks;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Api;

/// <summary>What can be asked of webhooks. Addresses and secrets come from the operator's settings alone.</summary>
public static class WebhookEndpoints
{
    /// <summary>Adds <c>GET /webhooks</c> and <c>POST /webhooks/{name}/test</c>.</summary>
    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        api.MapGet("/webhooks", ListAsync).Needs(AccessRoles.Admin, everyProject: true).Describe<WebhookList>("listWebhooks", "Lists the webhooks of the settings, and how far each has heard.");
        api.MapPost("/webhooks/{name}/test", TestAsync).Needs(AccessRoles.Admin, everyProject: true).Describe<WebhookTest>("testWebhook", "Sends a webhook a test.", [404]);
    }

    private static async Task<IResult> ListAsync(RegistryStore registry, IOptions<WebhooksOptions> options, CancellationToken cancellationToken)
    {
        var (states, newest) = await registry.ReadAsync(async context => (await context.Webhooks.ToDictionaryAsync(row => row.Name, cancellationToken), await context.Audit.MaxAsync(row => (long?)row.Id, cancellationToken) ?? 0), cancellationToken);
        return ApiResults.Ok(new WebhookList
        {
            Data =
            [
                .. options.Value.Hooks.OrderBy(hook => hook.Key, StringComparer.Ordinal).Select(hook => new WebhookView
                {
                    Name = hook.Key,
                    // What follows the path may be a secret of the receiver.
                    Url = new Uri(hook.Value.Url).GetLeftPart(UriPartial.Path),
                    Events = hook.Value.Events,
                    Behind = states.TryGetValue(hook.Key, out var state) ? newest - state.Heard : 0,
                    Failures = state?.Failures ?? 0,
                    LastResult = state?.LastResult,
                }),
            ],
        });
    }

    private static async Task<IResult> TestAsync(string name, HttpContext http, WebhookSender sender, IOptions<WebhooksOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!options.Value.Hooks.TryGetValue(name, out var hook))
        {
            return ApiError.NotFound($"There is no webhook '{name}'. It is configured as Webhooks:Hooks:{name}:Url and …:Secret.", "name", "webhook_not_found");
        }

        var content = new WebhookEvent { Event = "test", At = time.GetUtcNow(), Project = string.Empty, Who = Caller.Of(http).Name, Why = "Asked for through the API." };
        var (taken, result) = await sender.SendAsync(hook, $"{name}-test-{Guid.NewGuid():N}", content, cancellationToken);
        return ApiResults.Ok(new WebhookTest { Name = name, Taken = taken, Result = result });
    }
}
