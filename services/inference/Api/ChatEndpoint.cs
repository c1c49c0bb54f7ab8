using System.Text.Json;
using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Adapters;
using LoraMesh.Inference.Models;
using LoraMesh.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Api;

// POST /v1/chat/completions.
internal sealed class ChatEndpoint(AdapterDirectory directory, AnswerEndpoint answers, IOptions<InferenceOptions> options)
{
    private static readonly ChatFormat Format = new();

    public async Task HandleAsync(HttpContext http)
    {
        ChatCompletionRequest request;
        using (var body = await RequestBody.ReadAsync(http, options.Value.MaxRequestBytes))
        {
            request = ChatCompletionRequest.Read(body.RootElement, options.Value.MaxChoices);
        }

        var model = await directory.ResolveAsync(request.Settings.Model, Caller.Of(http), http.RequestAborted);
        await answers.AnswerAsync(http, Format, model, "messages", () => [Encode(model.Base, request.Messages)], request.Settings);
    }

    private static int[] Encode(BaseModel model, IReadOnlyList<ChatMessage> messages)
    {
        if (model.Chat is not { } chat)
        {
            throw RequestException.Invalid("model", $"The base model '{model.Name}' has no chat template; use /v1/completions, or add chat_template.jinja to its folder.");
        }

        try
        {
            return chat.EncodePrompt(messages);
        }
        catch (ChatTemplateException e)
        {
            throw RequestException.Invalid("messages", $"The chat template of '{model.Name}' refuses these messages: {e.Reason}");
        }
    }
}
