// Batches are experimental in this client.
#pragma warning disable OPENAI001

using System.ClientModel;
using System.Text.Json;
using LoraMesh.Contracts;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Files;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>Forms, tools and errors as OpenAI's own .NET client sends and reads them.</summary>
public sealed class OpenAiClientWireTests : IAsyncLifetime
{
    private const string Schema = """{"type": "object", "properties": {"city": {"type": "string", "enum": ["Bonn", "Köln"]}}, "required": ["city"], "additionalProperties": false}""";
    private const string Template = "{% if tools %}<tool_call>{% endif %}{% for message in messages %}{{ message.role }}{{ message.content }}{% for call in message.tool_calls or [] %}{{ call.function.arguments.city }}{% endfor %}{% endfor %}";

    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool("weather", "Tells the weather.", BinaryData.FromString(Schema), functionSchemaIsStrict: true);

    private InferenceHost _host = null!;

    public async Task InitializeAsync() => _host = await InferenceHost.StartAsync(template: Template, context: 1024);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Client_ThatAsksForASchema_GetsIt()
    {
        var options = new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("place", BinaryData.FromString(Schema), jsonSchemaIsStrict: true) };

        var completion = (await Chat().CompleteChatAsync([new UserChatMessage("x")], options)).Value;

        Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
        Assert.Contains(JsonDocument.Parse(completion.Content[0].Text).RootElement.GetProperty("city").GetString(), new[] { "Bonn", "Köln" });
    }

    [Fact]
    public async Task Client_ThatForcesATool_GetsItsCallAndAnswersIt()
    {
        var options = new ChatCompletionOptions { Tools = { Weather }, ToolChoice = ChatToolChoice.CreateRequiredChoice(), AllowParallelToolCalls = false };
        var talk = new List<ChatMessage> { new UserChatMessage("x") };

        var completion = (await Chat().CompleteChatAsync(talk, options)).Value;

        Assert.Equal(ChatFinishReason.ToolCalls, completion.FinishReason);
        var call = Assert.Single(completion.ToolCalls);
        Assert.Equal("weather", call.FunctionName);
        Assert.Contains(JsonDocument.Parse(call.FunctionArguments).RootElement.GetProperty("city").GetString(), new[] { "Bonn", "Köln" });
        talk.Add(new AssistantChatMessage(completion));
        talk.Add(new ToolChatMessage(call.Id, "rain"));
        Assert.True((await Chat().CompleteChatAsync(talk, new ChatCompletionOptions { MaxOutputTokenCount = 2 })).Value.Usage.InputTokenCount > 0);
    }

    [Fact]
    public async Task Client_ThatStreamsATool_CanPutItTogether()
    {
        var options = new ChatCompletionOptions { Tools = { Weather }, ToolChoice = ChatToolChoice.CreateFunctionChoice("weather") };
        var name = "";
        var arguments = "";
        ChatFinishReason? reason = null;

        await foreach (var update in Chat().CompleteChatStreamingAsync([new UserChatMessage("x")], options))
        {
            foreach (var piece in update.ToolCallUpdates)
            {
                name += piece.FunctionName;
                arguments += piece.FunctionArgumentsUpdate is { } data ? data.ToString() : "";
            }

            reason = update.FinishReason ?? reason;
        }

        Assert.Equal(("weather", ChatFinishReason.ToolCalls), (name, reason));
        Assert.True(JsonDocument.Parse(arguments).RootElement.TryGetProperty("city", out _));
    }

    [Fact]
    public async Task Client_ThatAsksForWhatCannotBeKept_IsToldWhere()
    {
        var options = new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("place", BinaryData.FromString("""{"not": {}}""")) };

        var failure = await Assert.ThrowsAsync<ClientResultException>(() => Chat().CompleteChatAsync([new UserChatMessage("x")], options));

        Assert.Equal(400, failure.Status);
        Assert.Contains("response_format.json_schema.schema.not", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_ThatSendsABatch_GetsItsFiles()
    {
        var files = Client().GetOpenAIFileClient();
        var line = """{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "tiny", "messages": [{"role": "user", "content": "x"}], "max_tokens": 2}}""";

        var file = (await files.UploadFileAsync(BinaryData.FromString(line), "requests.jsonl", FileUploadPurpose.Batch)).Value;
        var ask = JsonSerializer.Serialize(new { input_file_id = file.Id, endpoint = "/v1/chat/completions", completion_window = "24h" });
        var batch = await Client().GetBatchClient().CreateBatchAsync(BinaryContent.Create(BinaryData.FromString(ask)), waitUntilCompleted: false);
        await _host.BatchesEnded.ReadAsync();
        var seen = JsonDocument.Parse((await batch.GetBatchAsync(options: null)).GetRawResponse().Content).RootElement;

        Assert.Equal(BatchStatus.Completed, seen.GetProperty("status").GetString());
        var output = (await files.DownloadFileAsync(seen.GetProperty("output_file_id").GetString())).Value;
        Assert.Equal("a", JsonDocument.Parse(output).RootElement.GetProperty("custom_id").GetString());
        Assert.True((await files.DeleteFileAsync(file.Id)).Value.Deleted);
    }

    private OpenAIClient Client() => new(new ApiKeyCredential("not-needed"), new OpenAIClientOptions { Endpoint = new Uri(_host.Address, "v1") });

    private ChatClient Chat() => Client().GetChatClient("tiny");
}
