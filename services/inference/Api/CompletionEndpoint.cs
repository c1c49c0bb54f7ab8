using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Adapters;
using LoraMesh.Inference.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Api;

// POST /v1/completions.
internal sealed class CompletionEndpoint(AdapterDirectory directory, AnswerEndpoint answers, IOptions<InferenceOptions> options)
{
    public async Task HandleAsync(HttpContext http)
    {
        CompletionRequest request;
        using (var body = await RequestBody.ReadAsync(http, options.Value.MaxRequestBytes))
        {
            request = CompletionRequest.Read(body.RootElement, options.Value.MaxChoices);
        }

        var model = await directory.ResolveAsync(request.Settings.Model, Caller.Of(http), request.Settings.User, http.RequestAborted);
        var format = new TextFormat(request.Echo ? [.. request.Prompts.Select(prompt => prompt.Text ?? model.Base.Tokenizer.Decode(prompt.Ids!))] : null, request.Settings.Choices);
        await answers.AnswerAsync(http, format, model, "prompt", () => [.. request.Prompts.Select(prompt => Encode(model.Base, prompt))], request.Settings);
    }

    private static int[] Encode(BaseModel model, CompletionPrompt prompt)
    {
        int[] ids = [.. prompt.Ids ?? model.Tokenizer.Encode(prompt.Text!)];
        var size = model.Engine.Config.VocabSize;
        if (ids.Length == 0)
        {
            throw RequestException.Invalid("prompt", "The prompt has no tokens; expected at least one.");
        }

        var stranger = Array.FindIndex(ids, id => id >= size);
        return stranger < 0
            ? ids
            : throw RequestException.Invalid("prompt", $"The prompt names token {ids[stranger]}; the model '{model.Name}' has tokens 0 to {size - 1}.");
    }
}
