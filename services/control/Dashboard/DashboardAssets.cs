using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace LoraMesh.Control.Dashboard;

/// <summary>
/// Scripts and styles of the pages. They are embedded in the assembly: files of a referenced project are beside no program
/// that is only built, and where they are, their folder depends on how it was started.
/// </summary>
internal static class DashboardAssets
{
    private const string Prefix = "assets/";

    private static readonly FrozenDictionary<string, Asset> All = Read().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Address of an asset; it changes with its content, so that browsers may keep what they have.</summary>
    public static string Url(string name) => $"{Prefix}{name}?v={All[name].Tag[..12]}";

    /// <summary>Adds <c>GET /assets/{name}</c>.</summary>
    public static void MapDashboardAssets(this IEndpointRouteBuilder app) => app.MapGet("/assets/{name}", (string name, HttpContext http) =>
    {
        if (!All.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        var packed = http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        http.Response.Headers.CacheControl = http.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "no-cache";
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (packed)
        {
            http.Response.Headers.ContentEncoding = "gzip";
        }

        return Results.Bytes(packed ? asset.Packed.Value : asset.Content, asset.ContentType, entityTag: new EntityTagHeaderValue($"\"{asset.Tag}{(packed ? "-gzip" : "")}\""));
    }).AllowAnonymous();

    private static IEnumerable<KeyValuePair<string, Asset>> Read()
    {
        var types = new FileExtensionContentTypeProvider();
        var assembly = typeof(DashboardAssets).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var content = Content(assembly, resource);
            var name = resource[Prefix.Length..];
            yield return new(name, new Asset(
                content,
                new Lazy<byte[]>(() => Pack(content)),
                types.TryGetContentType(name, out var type) ? type : "application/octet-stream",
                Convert.ToHexStringLower(SHA256.HashData(content))));
        }
    }

    private static byte[] Content(Assembly assembly, string resource)
    {
        using var content = assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private sealed record Asset(byte[] Content, Lazy<byte[]> Packed, string ContentType, string Tag);
}
