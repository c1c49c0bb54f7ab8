using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Hosting.Access;
using Microsoft.AspNetCore.Routing;

namespace LoraMesh.UnitTests.Control.Api;

/// <summary>The API's own description: complete, and changed on purpose alone.</summary>
public sealed class OpenApiTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Document_IsTheApprovedOne()
    {
        await using var control = await ApiHarness.StartAsync();
        var found = (await DocumentAsync(control)).ToJsonString(Indented) + "\n";
        var approved = Path.Combine(Repository.Root, "docs", "openapi.json");
        var received = approved.Replace("openapi.json", "openapi.received.json", StringComparison.Ordinal);
        if (!File.Exists(approved) || await File.ReadAllTextAsync(approved) != found)
        {
            await File.WriteAllTextAsync(received, found);
        }

        Assert.True(File.Exists(approved), $"Nothing is approved yet: read {received} and rename it.");
        Assert.Equal(await File.ReadAllTextAsync(approved), found);
    }

    [Fact]
    public async Task EveryEndpoint_HasNameSummaryAnswerRefusalsAndRole()
    {
        await using var control = await ApiHarness.StartAsync();
        var document = await DocumentAsync(control);
        var described = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => (Key: $"{operation.Key.ToUpperInvariant()} {path.Key}", Operation: operation.Value!))).ToDictionary(item => item.Key, item => item.Operation);

        var endpoints = control.Endpoints.Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .ToDictionary(endpoint => $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {endpoint.RoutePattern.RawText!.Replace("{**key}", "{key}", StringComparison.Ordinal).Replace(":int}", "}", StringComparison.Ordinal).TrimEnd('/')}");

        Assert.Equal(endpoints.Keys.Order(StringComparer.Ordinal), described.Keys.Order(StringComparer.Ordinal));
        Assert.All(described, item =>
        {
            var (key, operation) = item;
            Assert.Matches("^[a-z][A-Za-z]+$", (string?)operation["operationId"]);
            Assert.EndsWith(".", (string?)operation["summary"], StringComparison.Ordinal);
            Assert.StartsWith($"Needs the role {endpoints[key].Metadata.GetMetadata<NeedsRole>()!.Role}", (string?)operation["description"], StringComparison.Ordinal);
            var responses = operation["responses"]!.AsObject();
            var good = Assert.Single(responses, response => response.Key[0] == '2');
            Assert.NotNull(good.Value!["content"]!.AsObject().Single().Value!["schema"]);
            foreach (var status in new[] { "401", "403", "429", "500", "503" })
            {
                Assert.Equal("#/components/schemas/ErrorBody", (string?)responses[status]!["content"]!["application/json"]!["schema"]!["$ref"]);
            }

            // What is named by its path may be missing.
            Assert.True(!key.Contains("{id}", StringComparison.Ordinal) || responses.ContainsKey("404"), key);
            Assert.Equal(key.StartsWith("PUT", StringComparison.Ordinal), operation["requestBody"] is not null && key.StartsWith("PUT", StringComparison.Ordinal));
        });
        Assert.Equal(described.Count, described.Values.Select(operation => (string?)operation["operationId"]).Distinct().Count());
        Assert.Equal("bearer", (string?)document["components"]!["securitySchemes"]!["bearer"]!["scheme"]);
        Assert.NotNull(document["security"]![0]!["bearer"]);
    }

    [Fact]
    public async Task Document_WithKeys_IsForWhoeverMayReadAnything()
    {
        await using var control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Access:Mode"] = "keys" });

        using var answer = await control.Client.GetAsync(new Uri(ApiDocument.Address, UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<JsonNode> DocumentAsync(ApiHarness control) =>
        JsonNode.Parse(await control.Client.GetStringAsync(new Uri(ApiDocument.Address, UriKind.Relative)))!;
}
