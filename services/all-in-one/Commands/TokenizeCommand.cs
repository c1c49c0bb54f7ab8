using System.CommandLine;
using System.Text.Json.Nodes;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Text;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model tokenize</c>: texts to ids and ids to texts.</summary>
public static class TokenizeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var model = ModelCommand.Folder("only tokenizer.json and tokenizer_config.json are read");
        var input = ModelCommand.Requests();
        var output = ModelCommand.Answers();
        var details = new Option<bool>("--details")
        {
            Description = "Also ids_plain (without special tokens), tokens and offsets of ids_plain (code points), decoded_skip (without special tokens); for ids stream (what a streaming decoder gives after each).",
        };
        var command = new TaughtCommand(
            "tokenize",
            """
            Tokenize texts and decode ids, one JSON object a line in, one a line out, in order.
            {"text"} gives {"ids", "decoded"}: the ids with the special tokens that the tokenizer adds, and their text with special tokens kept. "add_special_tokens": false leaves them out; "skip_special_tokens": true leaves them out of decoded.
            {"ids"} gives {"decoded", "decoded_skip"}. Blank lines are passed over; a line that is neither gives {"error", "line"}, and the exit code is 3 in the end.
            """)
        {
            Examples = ["loramesh model tokenize --model models/loramesh-tiny --in texts.jsonl", "loramesh model tokenize --model models/loramesh-tiny --in texts.jsonl --out ids.jsonl --json"],
        };
        command.Add(model);
        command.Add(input);
        command.Add(output);
        command.Add(details);
        command.Add(SharedOptions.Json());
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                var tokenizer = ModelFolder.Tokenizer(parsed.GetRequiredValue(model));
                var withDetails = parsed.GetValue(details);
                return new LineAnswers(screen).Run(parsed.GetRequiredValue(input), parsed.GetValue(output), request => Answer(tokenizer, request, withDetails), cancellationToken);
            },
            cancellationToken));
        return command;
    }

    private static JsonObject Answer(Tokenizer tokenizer, LineRequest request, bool details)
    {
        if (request.Text("text") is { } text)
        {
            return Encode(tokenizer, text, request.Flag("add_special_tokens", true), request.Flag("skip_special_tokens", false), details);
        }

        return request.Ids("ids") is { } ids ? Decode(tokenizer, ids, details) : throw new LineRefusedException("has neither 'text' nor 'ids'.");
    }

    private static JsonObject Encode(Tokenizer tokenizer, string text, bool addSpecialTokens, bool skipSpecialTokens, bool details)
    {
        var ids = tokenizer.Encode(text, addSpecialTokens);
        var answer = new JsonObject { ["ids"] = Numbers(ids), ["decoded"] = tokenizer.Decode(ids, skipSpecialTokens) };
        if (details)
        {
            var plain = tokenizer.EncodeWithOffsets(text, addSpecialTokens: false);
            answer["ids_plain"] = Numbers(plain.Ids);
            answer["tokens"] = new JsonArray([.. plain.Ids.Select(id => (JsonNode?)tokenizer.IdToToken(id))]);
            answer["offsets"] = new JsonArray([.. plain.Offsets.Select(span => new JsonArray(CodePoints(text, span.Start), CodePoints(text, span.End)))]);
            answer["decoded_skip"] = tokenizer.Decode(ids);
        }

        return answer;
    }

    private static JsonObject Decode(Tokenizer tokenizer, int[] ids, bool details)
    {
        var answer = new JsonObject { ["decoded"] = tokenizer.Decode(ids, skipSpecialTokens: false), ["decoded_skip"] = tokenizer.Decode(ids) };
        if (details)
        {
            var decoder = tokenizer.CreateStreamingDecoder(skipSpecialTokens: false);
            answer["stream"] = new JsonArray([.. ids.Select(id => (JsonNode?)decoder.Push(id))]);
        }

        return answer;
    }

    private static JsonArray Numbers(IEnumerable<int> ids) => new([.. ids.Select(id => (JsonNode?)id)]);

    private static int CodePoints(string text, int end) => CodePointCount.Of(text.AsSpan(0, end));
}
