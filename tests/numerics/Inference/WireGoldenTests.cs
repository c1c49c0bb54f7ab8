using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>
/// Requests and the exact answers to them, one case a line in <c>wire/*.json</c>. In an expected answer <c>&lt;int&gt;</c>,
/// <c>&lt;number&gt;</c>, <c>&lt;text&gt;</c>, <c>&lt;bytes&gt;</c>, <c>&lt;json&gt;</c> and <c>&lt;object&gt;</c> stand for any such value, and
/// <c>&lt;chatcmpl-&gt;</c> and the like for a text that begins so; all else is taken as it stands, names and their order included.
/// </summary>
public sealed class WireGoldenTests(WireGoldenTests.Hosts hosts) : IClassFixture<WireGoldenTests.Hosts>
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Inference", "wire");

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var file in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal))
            {
                foreach (var one in Read(file))
                {
                    cases.Add(Path.GetFileNameWithoutExtension(file), one["name"]!.GetValue<string>());
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Request_OfTheGoldenCases_IsAnsweredExactlySo(string group, string name)
    {
        var golden = Read(Path.Combine(Folder, group + ".json")).Single(one => one["name"]!.GetValue<string>() == name);
        var host = await hosts.WithAsync(golden["template"]?.GetValue<string>());
        using var request = Request(golden["request"]!);

        using var response = await host.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();

        Assert.True(golden["status"]!.GetValue<int>() == (int)response.StatusCode, text);
        foreach (var (header, expected) in golden["headers"]?.AsObject() ?? [])
        {
            var found = response.Headers.TryGetValues(header, out var values) || response.Content.Headers.TryGetValues(header, out values) ? string.Join(", ", values) : null;
            Check(expected, JsonValue.Create(found), header);
        }

        if (golden["events"] is JsonArray events)
        {
            Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
            var parts = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
            var sent = new JsonArray([.. parts.Select(part => part == "data: [DONE]" ? JsonValue.Create("[DONE]") : JsonNode.Parse(part["data: ".Length..]))]);
            Check(events, sent, "events");
        }
        else
        {
            Check(golden["response"], JsonNode.Parse(text), "$");
        }
    }

    [Fact]
    public void Cases_AreAsManyAsThereShouldBe() => Assert.InRange(Cases.Count, 60, 1_000);

    private static List<JsonObject> Read(string file) => [.. JsonNode.Parse(File.ReadAllText(file))!.AsArray().Select(one => one!.AsObject())];

    private static HttpRequestMessage Request(JsonNode golden)
    {
        var request = new HttpRequestMessage(new HttpMethod(golden["method"]!.GetValue<string>()), new Uri(golden["path"]!.GetValue<string>(), UriKind.Relative));
        if ((golden["text"]?.GetValue<string>() ?? golden["body"]?.ToJsonString()) is { } body)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        foreach (var (name, value) in golden["headers"]?.AsObject() ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
        }

        return request;
    }

    private static void Check(JsonNode? expected, JsonNode? found, string path)
    {
        switch (expected)
        {
            case JsonObject members:
                Assert.True(found is JsonObject, $"{path}: {found?.ToJsonString()}");
                Assert.Equal(members.Select(member => $"{path}.{member.Key}"), found!.AsObject().Select(member => $"{path}.{member.Key}"));
                foreach (var (name, value) in members)
                {
                    Check(value, found[name], $"{path}.{name}");
                }

                break;
            case JsonArray items:
                Assert.True(found is JsonArray array && array.Count == items.Count, $"{path}: {found?.ToJsonString()}");
                for (var index = 0; index < items.Count; index++)
                {
                    Check(items[index], found![index], $"{path}[{index}]");
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is ['<', .., '>'] pattern:
                Assert.True(Fits(pattern, found), $"{path}: {found?.ToJsonString() ?? "null"}, expected {pattern}");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, found), $"{path}: {found?.ToJsonString() ?? "null"}, expected {expected?.ToJsonString() ?? "null"}");
                break;
        }
    }

    private static bool Fits(string pattern, JsonNode? found)
    {
        var kind = found?.GetValueKind() ?? JsonValueKind.Null;
        return pattern switch
        {
            "<int>" => kind == JsonValueKind.Number && found!.AsValue().TryGetValue<long>(out _),
            "<number>" => kind == JsonValueKind.Number,
            "<text>" => kind == JsonValueKind.String,
            "<object>" => kind == JsonValueKind.Object,
            "<bytes>" => kind == JsonValueKind.Null || (found is JsonArray bytes && bytes.All(one => one!.GetValue<int>() is >= 0 and <= 255)),
            "<json>" => kind == JsonValueKind.String && JsonNode.Parse(found!.GetValue<string>()) is not null,
            _ => kind == JsonValueKind.String && found!.GetValue<string>() is var text && text.StartsWith(pattern[1..^1], StringComparison.Ordinal) && text.Length > pattern.Length - 2,
        };
    }

    /// <summary>One service for each chat template; with an adapter, version 3 of project "mine".</summary>
    public sealed class Hosts : IAsyncLifetime
    {
        private readonly Dictionary<string, InferenceHost> _hosts = [];

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync()
        {
            foreach (var host in _hosts.Values)
            {
                await host.DisposeAsync();
            }
        }

        internal async Task<InferenceHost> WithAsync(string? template)
        {
            if (!_hosts.TryGetValue(template ?? "", out var host))
            {
                _hosts[template ?? ""] = host = await InferenceHost.StartAsync(template: template);
                await host.DeployAsync(await host.WriteAdapterAsync("mine", version: 3, seed: 11));
            }

            return host;
        }
    }
}
