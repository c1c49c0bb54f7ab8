using System.Security.Cryptography;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Adapters;
using LoraMesh.Inference.Models;
using LoraMesh.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Api;

// POST /v1/load_lora_adapter and /v1/unload_lora_adapter, as vLLM has them: for operators, in this process alone. What
// is loaded comes from the bucket of adapters and is checked as any other; a file of this machine is never read.
internal static class LoraAdapterEndpoints
{
    private const string Scheme = "s3://" + Buckets.Adapters + "/";
    private const int MaxManifestBytes = 4 * 1024 * 1024;

    public static async Task<IResult> LoadAsync(HttpContext http, AdapterDirectory directory, IBlobStore store, IOptions<InferenceOptions> options)
    {
        var (name, path) = await ReadAsync(http, options.Value);
        if (path is null)
        {
            Demand(directory, name, Caller.Of(http));
            (await directory.ResolveAsync(name, Caller.Of(http), http.RequestAborted)).Adapter?.Dispose();
        }
        else
        {
            await directory.AddAsync(await FindAsync(http, store, name, path), http.RequestAborted);
        }

        return Results.Text($"Success: LoRA adapter '{name}' added successfully.");
    }

    public static async Task<IResult> UnloadAsync(HttpContext http, AdapterDirectory directory, IOptions<InferenceOptions> options)
    {
        var (name, _) = await ReadAsync(http, options.Value);
        Demand(directory, name, Caller.Of(http));
        var isGone = await directory.RemoveAsync(name, http.RequestAborted);
        return Results.Text(isGone == true
            ? $"Success: LoRA adapter '{name}' removed successfully."
            : $"Success: LoRA adapter '{name}' has left memory. An alias names it: the next request for it loads it again.");
    }

    private static void Demand(AdapterDirectory directory, string name, Caller caller)
    {
        if (directory.ProjectOf(name) is not { } project || !caller.Has(AccessRoles.Operator, project))
        {
            throw new UnknownModelException(name, [.. directory.List(caller).Where(model => model.Id != model.Root || model.Parent is not null).Select(model => model.Id)]);
        }
    }

    private static async Task<(string Name, string? Path)> ReadAsync(HttpContext http, InferenceOptions options)
    {
        using var body = await RequestBody.ReadAsync(http, options.MaxRequestBytes);
        if (body.RootElement.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            throw RequestException.Invalid(null, "The body is not a JSON object.");
        }

        var fields = new JsonFields(body.RootElement);
        return (fields.Text("lora_name"), fields.OptionalText("lora_path"));
    }

    private static async Task<AdapterAlias> FindAsync(HttpContext http, IBlobStore store, string name, string path)
    {
        if (name.Split('@') is not [{ Length: > 0 } project, var number] || !int.TryParse(number, out var version) || version < 1)
        {
            throw RequestException.Invalid("lora_name", $"'lora_name' is \"{name}\"; with 'lora_path' expected a project and a version, such as \"support@7\".");
        }

        var key = path.StartsWith(Scheme, StringComparison.Ordinal) ? path[Scheme.Length..].Trim('/') : path.Trim('/');
        if (!Caller.Of(http).Has(AccessRoles.Operator, project) || key.Split('/') is not [var owner, { Length: > 0 } adapterId] || owner != project)
        {
            throw RequestException.Invalid("lora_path", $"'lora_path' is \"{path}\"; expected {Scheme}{project}/ADAPTER_ID.");
        }

        var manifest = $"{key}/manifest.json";
        await using var content = await store.OpenReadAsync(Buckets.Adapters, manifest, http.RequestAborted)
            ?? throw RequestException.Invalid("lora_path", $"There is no adapter at {Scheme}{key}: {manifest} does not exist.", "adapter_not_found", StatusCodes.Status404NotFound);
        using var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        for (int read; bytes.Length <= MaxManifestBytes && (read = await content.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            bytes.Write(buffer, 0, read);
        }

        if (bytes.Length > MaxManifestBytes)
        {
            throw RequestException.Invalid("lora_path", $"{manifest} has more than {MaxManifestBytes} bytes; that is no manifest.");
        }

        return new AdapterAlias
        {
            Project = project,
            Version = version,
            AdapterId = adapterId,
            Adapter = new BlobRef { Bucket = Buckets.Adapters, Key = manifest, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length))), Bytes = bytes.Length },
        };
    }
}
