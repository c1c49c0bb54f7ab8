using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Adapters;
using LoraMesh.Inference.Models;
using LoraMesh.Inference.Tools;
using LoraMesh.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Api;

// POST /v1/chat/completions.
internal sealed class ChatEndpoint(AdapterDirectory directory, AnswerEndpoint answers, IOptions<InferenceOptions> options)
{
    public async Task HandleAsync(HttpContext http)
    {
        ChatCompletionRequest request;
        using (var body = await RequestBody.ReadAsync(http, options.Value.MaxRequestBytes))
        {
            request = ChatCompletionRequest.Read(body.RootElement, options.Value.MaxChoices);
        }

        var model = await directory.ResolveAsync(request.Settings.Model, Caller.Of(http), request.Settings.User, http.RequestAborted);
        var (format, settings) = (new ChatFormat(null), request.Settings);
        if (request.Tools is { } tools)
        {
            try
            {
                (format, settings) = With(tools, model.Base, settings);
            }
            catch
            {
                model.Adapter?.Dispose();
                throw;
            }
        }

        await answers.AnswerAsync(http, format, model, "messages", () => [Encode(model.Base, request, format)], settings);
    }

    private static (ChatFormat Format, GenerationSettings Settings) With(ToolUse tools, BaseModel model, GenerationSettings settings)
    {
        if (model.Chat is null || ToolFormat.Of(model.Chat.Template) is not { } written)
        {
            throw RequestException.Invalid(
                "tools", $"The chat template of '{model.Name}' does not say how tools are called, or says it in a way that is not understood here (Hermes and Qwen, Llama 3, Mistral are). Leave 'tools' out, or send \"tool_choice\": \"none\".", "unsupported_parameter");
        }

        if (tools.IsForced && settings.Constraint is { } other)
        {
            throw RequestException.Invalid(other.Param, $"'{other.Param}' and 'tool_choice' both say what the answer must look like; send one of them.");
        }

        return (new ChatFormat(new ToolAnswer(written, tools)), settings with { Constraint = tools.IsForced ? tools.Constraint(written) : settings.Constraint, ShowsSpecialTokens = true });
    }

    private static int[] Encode(BaseModel model, ChatCompletionRequest request, ChatFormat format)
    {
        if (model.Chat is not { } chat)
        {
            throw RequestException.Invalid("model", $"The base model '{model.Name}' has no chat template; use /v1/completions, or add chat_template.jinja to its folder.");
        }

        try
        {
            var prompt = chat.EncodePrompt(new ChatRequest { Messages = request.Messages, Tools = request.Tools?.Tools });
            return format.Tools is { IsOpened: true } answer ? [.. prompt, .. chat.Tokenizer.Encode(answer.Format.Open, addSpecialTokens: false)] : prompt;
        }
        catch (ChatTemplateException e)
        {
            throw RequestException.Invalid("messages", $"The chat template of '{model.Name}' refuses these messages: {e.Reason}");
        }
    }
}
