using System.ClientModel;
using LoraMesh.EndToEndTests.Fixtures;
using OpenAI;
using OpenAI.Chat;

namespace LoraMesh.EndToEndTests;

[Collection(TrainedSuiteTests.Name)]
public sealed class OpenAiClientTests(TrainedSuite trained)
{
    private static readonly ChatMessage[] Question =
    [
        new SystemChatMessage("Route the ticket as JSON."),
        new UserChatMessage("Kestrel again: please hold the delivery to our office in Budapest. A detail, I know."),
    ];

    [Fact]
    public async Task Models_AfterPromotion_ListBaseAndProject()
    {
        var models = (await Client().GetOpenAIModelClient().GetModelsAsync()).Value;

        var names = models.Select(model => model.Id).ToList();
        Assert.Contains(TrainedSuite.BaseModel, names);
        Assert.Contains(TrainedSuite.Project, names);
    }

    [Fact]
    public async Task Chat_WithProjectAsModel_AnswersAndCountsTokens()
    {
        var completion = (await Chat(TrainedSuite.Project).CompleteChatAsync(Question, Greedy())).Value;

        Assert.NotEmpty(completion.Content[0].Text);
        Assert.True(completion.Usage.InputTokenCount > 0);
        Assert.InRange(completion.Usage.OutputTokenCount, 1, 32);
        Assert.Equal(completion.Usage.InputTokenCount + completion.Usage.OutputTokenCount, completion.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task Chat_OfProjectAndBase_DiffersInTheAnswer()
    {
        var adapted = (await Chat(TrainedSuite.Project).CompleteChatAsync(Question, Greedy())).Value;
        var unadapted = (await Chat(TrainedSuite.BaseModel).CompleteChatAsync(Question, Greedy())).Value;

        Assert.NotEqual(unadapted.Content[0].Text, adapted.Content[0].Text);
    }

    [Fact]
    public async Task ChatStream_OfTheSameQuestion_SpellsTheSameAnswer()
    {
        var whole = (await Chat(TrainedSuite.Project).CompleteChatAsync(Question, Greedy())).Value;

        var parts = new List<string>();
        ChatFinishReason? reason = null;
        await foreach (var update in Chat(TrainedSuite.Project).CompleteChatStreamingAsync(Question, Greedy()))
        {
            parts.AddRange(update.ContentUpdate.Select(part => part.Text));
            reason = update.FinishReason ?? reason;
        }

        Assert.Equal(whole.Content[0].Text, string.Concat(parts));
        Assert.True(parts.Count > 1, "the answer came in one piece");
        Assert.Equal(whole.FinishReason, reason);
    }

    [Fact]
    public async Task Chat_WithUnknownModel_IsNotFound()
    {
        var failure = await Assert.ThrowsAsync<ClientResultException>(() => Chat("nobody-trained-this").CompleteChatAsync(Question));

        Assert.Equal(404, failure.Status);
        Assert.Contains("nobody-trained-this", failure.Message, StringComparison.Ordinal);
    }

    private static ChatCompletionOptions Greedy() => new() { Temperature = 0, MaxOutputTokenCount = 32 };

    private OpenAIClient Client() =>
        new(new ApiKeyCredential("not-needed"), new OpenAIClientOptions { Endpoint = new Uri(trained.Suite.Address, "v1") });

    private ChatClient Chat(string model) => Client().GetChatClient(model);
}
