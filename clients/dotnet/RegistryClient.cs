using LoraMesh.Contracts;

namespace LoraMesh.Client;

/// <summary>What can be asked of a suite's registry: labels, lineage, audit, garbage, webhooks.</summary>
/// <param name="suite">The suite.</param>
public sealed class RegistryClient(SuiteClient suite)
{
    /// <summary>Gives a version a tag.</summary>
    public Task<AdapterView> SetTagAsync(string project, int version, string key, string value, CancellationToken cancellationToken) =>
        suite.SendAsync<TagRequest, AdapterView>(HttpMethod.Put, Tag(project, version, key), new TagRequest { Value = value }, cancellationToken);

    /// <summary>Takes a tag from a version.</summary>
    public Task<AdapterView> RemoveTagAsync(string project, int version, string key, CancellationToken cancellationToken) =>
        suite.SendAsync<TagRequest, AdapterView>(HttpMethod.Delete, Tag(project, version, key), null, cancellationToken);

    /// <summary>Lets an alias point to a version.</summary>
    public Task<AdapterView> SetAliasAsync(string project, string alias, int version, CancellationToken cancellationToken) =>
        suite.SendAsync<AliasRequest, AdapterView>(HttpMethod.Put, $"api/v1/projects/{project}/aliases/{Uri.EscapeDataString(alias)}", new AliasRequest { Version = version }, cancellationToken);

    /// <summary>Takes an alias away.</summary>
    public Task<AdapterList> RemoveAliasAsync(string project, string alias, CancellationToken cancellationToken) =>
        suite.SendAsync<AliasRequest, AdapterList>(HttpMethod.Delete, $"api/v1/projects/{project}/aliases/{Uri.EscapeDataString(alias)}", null, cancellationToken);

    /// <summary>Where a version comes from and what became of it.</summary>
    public Task<LineageView> LineageAsync(string project, int version, CancellationToken cancellationToken) =>
        suite.GetAsync<LineageView>($"api/v1/projects/{project}/adapters/{version}/lineage", cancellationToken);

    /// <summary>The newest entries of the audit trail.</summary>
    public Task<AuditList> AuditAsync(string? project, int limit, CancellationToken cancellationToken) =>
        suite.GetAsync<AuditList>($"api/v1/audit?{(project is null ? "" : $"project={project}&")}limit={limit}", cancellationToken);

    /// <summary>Whether the audit trail is as it was written.</summary>
    public Task<AuditVerdict> VerifyAuditAsync(string? head, CancellationToken cancellationToken) =>
        suite.GetAsync<AuditVerdict>($"api/v1/audit/verify{(head is null ? "" : $"?head={Uri.EscapeDataString(head)}")}", cancellationToken);

    /// <summary>Collects garbage, or tells what would be collected.</summary>
    public Task<GarbageReport> CollectGarbageAsync(bool dryRun, CancellationToken cancellationToken) =>
        suite.SendAsync<GarbageRequest, GarbageReport>(HttpMethod.Post, "api/v1/garbage", new GarbageRequest { DryRun = dryRun }, cancellationToken);

    /// <summary>The webhooks.</summary>
    public Task<WebhookList> WebhooksAsync(CancellationToken cancellationToken) => suite.GetAsync<WebhookList>("api/v1/webhooks", cancellationToken);

    /// <summary>Sends a webhook a test.</summary>
    public Task<WebhookTest> TestWebhookAsync(string name, CancellationToken cancellationToken) =>
        suite.SendAsync<CancelRequest, WebhookTest>(HttpMethod.Post, $"api/v1/webhooks/{Uri.EscapeDataString(name)}/test", null, cancellationToken);

    /// <summary>Writes the whole registry as JSON Lines.</summary>
    public Task ExportAsync(Stream target, CancellationToken cancellationToken) => suite.CopyAsync("api/v1/registry/export", target, cancellationToken);

    private static string Tag(string project, int version, string key) => $"api/v1/projects/{project}/adapters/{version}/tags/{Uri.EscapeDataString(key)}";
}
