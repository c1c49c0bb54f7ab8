using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoraMesh.Inference.Engine;
using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>Answers held to a form: what a random model says then, and what its neighbours notice.</summary>
public sealed class ConstrainedTests(ConstrainedTests.Host shared) : IClassFixture<ConstrainedTests.Host>
{
    private const string Schema = """{"type": "object", "properties": {"name": {"type": "string", "maxLength": 6}, "kind": {"enum": ["cat", "dög"]}, "age": {"type": "integer", "minimum": 1, "maximum": 30}}, "required": ["name", "kind", "age"], "additionalProperties": false}""";

    [Fact]
    public async Task Chat_WithASchema_AnswersWithWhatIsValid()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var choice = await AskAsync(new { response_format = Format(), temperature = 1.5, seed, max_tokens = 200 });

            Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
            using var answer = JsonDocument.Parse(Content(choice));
            Assert.Equal(["name", "kind", "age"], answer.RootElement.EnumerateObject().Select(member => member.Name));
            Assert.Contains(answer.RootElement.GetProperty("kind").GetString(), new[] { "cat", "dög" });
            Assert.InRange(answer.RootElement.GetProperty("age").GetInt32(), 1, 30);
            Assert.InRange(answer.RootElement.GetProperty("name").GetString()!.EnumerateRunes().Count(), 0, 6);
        }
    }

    [Fact]
    public async Task Chat_WithJsonObject_IsOneOrIsCutOff()
    {
        var ended = 0;
        for (var seed = 0; seed < 15; seed++)
        {
            var choice = await AskAsync(new { response_format = new { type = "json_object" }, temperature = 2, seed, max_tokens = 150 });
            if (choice.GetProperty("finish_reason").GetString() == "stop")
            {
                ended++;
                Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(Content(choice)).RootElement.ValueKind);
            }
            else
            {
                Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
                Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(Content(choice)));
            }
        }

        Assert.True(ended > 0);
    }

    [Theory]
    [InlineData("""{"guided_regex": "[a-c]{2}-\\d+"}""", "^[a-c]{2}-[0-9]+$")]
    [InlineData("""{"structured_outputs": {"regex": "€{3}x"}}""", "^€€€x$")]
    [InlineData("""{"guided_choice": ["alpha", "beta"]}""", "^(alpha|beta)$")]
    [InlineData("""{"structured_outputs": {"choice": ["ä", "ö😀"]}}""", "^(ä|ö😀)$")]
    [InlineData("""{"guided_json": "{\"type\": \"boolean\"}"}""", "^(true|false)$")]
    [InlineData("""{"structured_outputs": {"json": {"const": [1, 2]}}}""", "^\\[1,2\\]$")]
    public async Task Chat_WithVllmsFields_AnswersInThatForm(string fields, string pattern)
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var choice = await AskAsync(JsonDocument.Parse(fields).RootElement, seed);

            Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
            Assert.Matches(new Regex(pattern), Content(choice));
        }
    }

    [Fact]
    public async Task Stream_WithASchema_SpellsTheSameAnswer()
    {
        var whole = await AskAsync(new { response_format = Format(), temperature = 1, seed = 4, max_tokens = 200 });

        var events = await shared.Value.StreamAsync("/v1/chat/completions", Body(new { response_format = Format(), temperature = 1, seed = 4, max_tokens = 200, stream = true }));

        var chunks = events.SkipLast(1).Select(data => JsonDocument.Parse(data).RootElement.GetProperty("choices")[0]).ToList();
        Assert.Equal(Content(whole), string.Concat(chunks.Select(chunk => chunk.GetProperty("delta").TryGetProperty("content", out var text) ? text.GetString() : "")));
        Assert.Equal("stop", chunks[^1].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Chat_CutOffByMaxTokens_SaysLength()
    {
        var choice = await AskAsync(new { guided_regex = "a{50}", max_tokens = 7 });

        Assert.Equal("aaaaaaa", Content(choice));
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Chat_WhoseFormEndsWithItsLastToken_SaysStop() =>
        Assert.Equal("stop", (await AskAsync(new { guided_regex = "a{7}", max_tokens = 7 })).GetProperty("finish_reason").GetString());

    [Theory]
    [InlineData("""{"response_format": {"type": "xml"}}""", "response_format.type")]
    [InlineData("""{"response_format": {"type": "json_schema"}}""", "response_format.json_schema")]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"schema": {}}}}""", "response_format.json_schema.name")]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"name": "a b", "schema": {}}}}""", "response_format.json_schema.name")]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}}""", "response_format.json_schema.schema")]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {}, "strict": 1}}}""", "response_format.json_schema.strict")]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"properties": {"b": {"not": {}}}}}}}""", "response_format.json_schema.schema.properties.b.not")]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"$ref": "#"}}}}""", "response_format.json_schema.schema")]
    [InlineData("""{"guided_regex": "("}""", "guided_regex")]
    [InlineData("""{"guided_choice": []}""", "guided_choice")]
    [InlineData("""{"guided_choice": [""]}""", "guided_choice")]
    [InlineData("""{"guided_json": "{"}""", "guided_json")]
    [InlineData("""{"guided_regex": "a", "response_format": {"type": "json_object"}}""", "guided_regex")]
    [InlineData("""{"structured_outputs": {"grammar": "root ::= x"}}""", "structured_outputs.grammar")]
    [InlineData("""{"guided_grammar": "root ::= x"}""", "guided_grammar")]
    public async Task Chat_WithAFormThatCannotBeKept_Gives400AndNamesThePlace(string fields, string param)
    {
        var (status, body) = await shared.Value.PostAsync("/v1/chat/completions", Body(JsonDocument.Parse(fields).RootElement));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(param, body.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task Chat_WithAFormOfTooManyReadings_Gives400OnceThatShows()
    {
        var (status, body) = await shared.Value.PostAsync("/v1/chat/completions", Body(new { guided_regex = "(.{0,1000}){0,30}x" }));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("unsupported_constraint", body.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Batch_WithAConstrainedRow_LeavesTheOthersAsTheyWere()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var vocabulary = new TokenVocabulary(Tokenizer.Load(fixture.Folder), fixture.Engine.Config.VocabSize);
        var constraint = new TokenConstraint(TextConstraint.Build(new SchemaPart(JsonDocument.Parse(Schema).RootElement, "schema")), vocabulary, fixture.Engine.Config.EosTokenIds);
        var sampling = new SamplingOptions { Temperature = 1.3 };
        GenerationRequest Constrained(ulong seed) => new()
        {
            Model = "test",
            Prompts = [[1, 2, 3]],
            Sampling = sampling,
            Seed = seed,
            MaxTokens = 150,
            Constraint = constraint,
        };
        var alone = await EngineFixture.TextAsync(fixture.Submit(Constrained(5)));

        var together = Enumerable.Range(0, 6).Select(index => fixture.Submit(Constrained((ulong)index))).ToList();
        var free = fixture.Submit(EngineFixture.Request("free", 40));

        Assert.Equal(fixture.Expected("free", 40), await EngineFixture.TextAsync(free));
        Assert.Equal(alone, await EngineFixture.TextAsync(together[5]));
    }

    private static object Format() => new { type = "json_schema", json_schema = new { name = "pet", strict = true, schema = JsonDocument.Parse(Schema).RootElement } };

    private static string Content(JsonElement choice) => choice.GetProperty("message").GetProperty("content").GetString()!;

    private Task<JsonElement> AskAsync(JsonElement fields, int seed)
    {
        var body = System.Text.Json.Nodes.JsonNode.Parse(fields.GetRawText())!.AsObject();
        body["seed"] = seed;
        body["temperature"] = 1.5;
        return AskAsync(body);
    }

    private async Task<JsonElement> AskAsync(object fields)
    {
        var (status, body) = await shared.Value.PostAsync("/v1/chat/completions", Body(fields));
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        return body.GetProperty("choices")[0];
    }

    private static System.Text.Json.Nodes.JsonObject Body(object fields)
    {
        var body = JsonSerializer.SerializeToNode(fields)!.AsObject();
        body["model"] = "tiny";
        body["messages"] = JsonSerializer.SerializeToNode(new[] { new { role = "user", content = "x" } });
        return body;
    }

    /// <summary>One service for all of these requests: none of them changes anything.</summary>
    public sealed class Host : IAsyncLifetime
    {
        internal InferenceHost Value { get; private set; } = null!;

        public async Task InitializeAsync() => Value = await InferenceHost.StartAsync();

        public async Task DisposeAsync() => await Value.DisposeAsync();
    }
}
