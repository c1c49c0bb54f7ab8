using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>.NET's own abstraction of chat, over OpenAI's client: answers as records, and functions that are called.</summary>
public sealed class ChatClientTests : IAsyncLifetime
{
    private const string Template = "{% if tools %}<tool_call>{% endif %}{% for message in messages %}{{ message.role }}{{ message.content }}{% endfor %}";

    private InferenceHost _host = null!;

    private enum City
    {
        Bonn,
        Trier,
    }

    public async Task InitializeAsync() => _host = await InferenceHost.StartAsync(template: Template, context: 2048);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Client_ThatAsksForARecord_GetsOne()
    {
        using var client = Client();

        var answer = await client.GetResponseAsync<Visit>("Where?");

        Assert.True(Enum.IsDefined(answer.Result.City));
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
    }

    [Fact]
    public async Task Client_WithAFunction_CallsIt()
    {
        var asked = new List<City>();
        using var client = new ChatClientBuilder(Client()).UseFunctionInvocation().Build();
        var weather = AIFunctionFactory.Create(
            (City city) =>
            {
                asked.Add(city);
                return "rain";
            },
            "weather");

        await client.GetResponseAsync("Is it dry?", new ChatOptions { Tools = [weather], ToolMode = ChatToolMode.RequireSpecific("weather"), MaxOutputTokens = 120 });

        Assert.NotEmpty(asked);
        Assert.All(asked, city => Assert.True(Enum.IsDefined(city)));
    }

    private IChatClient Client() =>
        new OpenAIClient(new ApiKeyCredential("not-needed"), new OpenAIClientOptions { Endpoint = new Uri(_host.Address, "v1") }).GetChatClient("tiny").AsIChatClient();

    private sealed record Visit(City City, bool IsLong);
}
