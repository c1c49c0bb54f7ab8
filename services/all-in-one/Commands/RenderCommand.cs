using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Text;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model render</c>: conversations to the text that the model reads.</summary>
public static class RenderCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var model = ModelCommand.Folder("only chat_template.jinja and tokenizer_config.json are read, with --ids tokenizer.json as well");
        var input = ModelCommand.Requests();
        var output = ModelCommand.Answers();
        var ids = new Option<bool>("--ids")
        {
            Description = "Also ids, assistant_masks (1 where the assistant speaks, which is what training scores) and assistant_spans (code points), or mask_error where they cannot be told.",
        };
        var command = new TaughtCommand(
            "render",
            """
            Render conversations with the model's chat template, one JSON object a line in, one a line out, in order.
            {"messages", "tools"?, "documents"?, "add_generation_prompt"?, "continue_final_message"?, "kwargs"?, "now"?} gives {"text"}, or {"error", "template_line"} where the template refuses or fails, which is an answer like another. kwargs are further variables of the template; now fixes its clock (2026-02-09T07:05:03).
            Blank lines are passed over; a line that is no such request gives {"error", "line"}, and the exit code is 3 in the end.
            """)
        {
            Examples = ["loramesh model render --model models/loramesh-tiny --in chats.jsonl", "loramesh model render --model models/loramesh-tiny --in chats.jsonl --ids"],
        };
        command.Add(model);
        command.Add(input);
        command.Add(output);
        command.Add(ids);
        command.Add(SharedOptions.Json());
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                var folder = parsed.GetRequiredValue(model);
                var template = ModelFolder.ChatTemplate(folder);
                var encoder = parsed.GetValue(ids) ? new ChatEncoder(ModelFolder.Tokenizer(folder), template) : null;
                return new LineAnswers(screen).Run(parsed.GetRequiredValue(input), parsed.GetValue(output), request => Answer(template, encoder, Read(request)), cancellationToken);
            },
            cancellationToken));
        return command;
    }

    private static ChatRequest Read(LineRequest request) => new()
    {
        Messages = request.List("messages") ?? throw new LineRefusedException("has no 'messages'."),
        Tools = request.List("tools"),
        Documents = request.List("documents"),
        AddGenerationPrompt = request.Flag("add_generation_prompt", false),
        ContinueFinalMessage = request.Flag("continue_final_message", false),
        Variables = request.Members("kwargs"),
        Now = Now(request.Text("now")),
    };

    // A time without a zone is what the clock shows, wherever that is.
    private static DateTimeOffset? Now(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var now) ? now
        : throw new LineRefusedException($"'now' is '{text}', expected a time such as 2026-02-09T07:05:03.");

    private static JsonObject Answer(ChatTemplate template, ChatEncoder? encoder, ChatRequest request)
    {
        try
        {
            var rendered = template.Render(request);
            var answer = new JsonObject { ["text"] = rendered.Text };
            if (encoder is not null)
            {
                AddIds(answer, encoder, request, rendered);
            }

            return answer;
        }
        catch (ChatTemplateException failure)
        {
            return new JsonObject { ["error"] = failure.Reason, ["template_line"] = failure.Line };
        }
    }

    private static void AddIds(JsonObject answer, ChatEncoder encoder, ChatRequest request, RenderedChat rendered)
    {
        try
        {
            var encoded = encoder.Encode(request);
            answer["ids"] = new JsonArray([.. encoded.Ids.Select(id => (JsonNode?)id)]);
            answer["assistant_masks"] = new JsonArray([.. encoded.AssistantMask.Select(spoken => (JsonNode?)(spoken ? 1 : 0))]);
            answer["assistant_spans"] = new JsonArray([.. encoded.AssistantSpans.Select(span => new JsonArray(Offset(rendered, span.Start), Offset(rendered, span.End)))]);
        }
        catch (AssistantSpanException failure)
        {
            answer["ids"] = new JsonArray([.. encoder.Tokenizer.Encode(rendered.Text, addSpecialTokens: false).Select(id => (JsonNode?)id)]);
            answer["mask_error"] = failure.Message;
        }
    }

    private static int Offset(RenderedChat rendered, int at) => CodePointCount.Of(rendered.Text.AsSpan(0, at));
}
