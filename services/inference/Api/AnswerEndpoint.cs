using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Models;
using LoraMesh.Inference.Tools;
using LoraMesh.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Api;

// From token ids to the response: what chat and text completions do alike.
internal sealed class AnswerEndpoint(IOptions<InferenceOptions> options, TimeProvider time)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The field is the one that the prompts come from. From here on the model's adapter is given back in every case.
    public async Task AnswerAsync(HttpContext http, IAnswerFormat format, ServedModel model, string field, Func<IReadOnlyList<int[]>> encode, GenerationSettings settings)
    {
        using var timeout = new CancellationTokenSource(options.Value.RequestTimeout, time);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, timeout.Token);
        var request = Submit(http, model, field, encode, settings, abandoned.Token);
        var head = AnswerHead.New(format.IdPrefix, model, settings.Model, time);
        var begun = time.GetTimestamp();
        try
        {
            var tokens = settings.Stream ? await StreamAsync(http, format, head, request, settings) : await WholeAsync(http, format, head, request);
            Report(model, request, tokens, begun);
        }
        catch (EngineFailedException e) when (e.InnerException is not ConstraintException)
        {
            model.Trial?.Failed();
            throw;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            throw TooSlow();
        }
        finally
        {
            // Whatever ended the answer here, the engine need not go on with it.
            await abandoned.CancelAsync();
        }
    }

    private void Report(ServedModel model, GenerationRequest request, int tokens, long begun)
    {
        var pace = time.GetElapsedTime(begun).TotalSeconds / Math.Max(1, tokens);
        if (request.Events.Completion.IsFaulted)
        {
            model.Trial?.Failed();
        }
        else
        {
            model.Trial?.Answered(pace);
            model.Against?.ChampionAnswered(pace);
        }
    }

    private RequestException TooSlow() => new(
        StatusCodes.Status408RequestTimeout, $"The answer was not finished within {options.Value.RequestTimeout.TotalSeconds} s ({InferenceOptions.Section}:{nameof(InferenceOptions.RequestTimeout)}); ask for fewer tokens, or again when less is going on.", "server_error", null, "request_timeout");

    private GenerationRequest Submit(HttpContext http, ServedModel model, string field, Func<IReadOnlyList<int[]>> encode, GenerationSettings settings, CancellationToken abandoned)
    {
        try
        {
            var prompts = encode();
            Check(model.Base, field, prompts, settings);
            var request = new GenerationRequest
            {
                Model = settings.Model,
                Tenant = TenantOf(Caller.Of(http), settings.Model),
                MinTokens = settings.MinTokens,
                IgnoresEnd = settings.IgnoresEnd,
                StopTokens = settings.StopTokens,
                Prompts = prompts,
                ChoicesPerPrompt = settings.Choices,
                Adapter = model.Adapter,
                Sampling = settings.Sampling,
                Seed = settings.Seed is { } seed ? unchecked((ulong)seed) : NewSeed(),
                MaxTokens = settings.MaxTokens ?? int.MaxValue,
                Stop = settings.Stop,
                ShowsSpecialTokens = settings.ShowsSpecialTokens,
                Constraint = settings.Constraint is { } constraint ? model.Base.Constraints.Get(constraint) : null,
                TopLogProbabilities = settings.TopLogProbabilities,
                Abandoned = abandoned,
            };
            model.Base.Engine.Submit(request);
            return request;
        }
        catch
        {
            model.Adapter?.Dispose();
            throw;
        }
        finally
        {
            QueueHeaders.Write(http.Response, model.Base.Engine, options.Value);
        }
    }

    // Where nobody says who calls, projects share the engine.
    private static string TenantOf(Caller caller, string model) =>
        caller == Caller.Anyone ? model.Split('@')[0] : caller.Name;

    private static void Check(BaseModel model, string field, IReadOnlyList<int[]> prompts, GenerationSettings settings)
    {
        var config = model.Engine.Config;
        var stranger = settings.Sampling.LogitBias.Keys.FirstOrDefault(id => id >= config.VocabSize, -1);
        if (stranger >= 0)
        {
            throw RequestException.Invalid("logit_bias", $"'logit_bias' names token {stranger}; the model '{model.Name}' has tokens 0 to {config.VocabSize - 1}.");
        }

        stranger = settings.StopTokens.FirstOrDefault(id => id >= config.VocabSize, -1);
        if (stranger >= 0)
        {
            throw RequestException.Invalid("stop_token_ids", $"'stop_token_ids' names token {stranger}; the model '{model.Name}' has tokens 0 to {config.VocabSize - 1}.");
        }

        foreach (var prompt in prompts)
        {
            if (prompt.Length >= config.MaxPositionEmbeddings)
            {
                throw RequestException.Invalid(
                    field,
                    $"The prompt has {prompt.Length} tokens; the context of '{model.Name}' holds {config.MaxPositionEmbeddings}, of which at least one is needed for the answer. Shorten the prompt.",
                    "context_length_exceeded");
            }
        }
    }

    private static async Task<int> WholeAsync(HttpContext http, IAnswerFormat format, AnswerHead head, GenerationRequest request)
    {
        var answers = Enumerable.Range(0, request.Choices).Select(_ => new Answer(format.Tools?.NewReader())).ToArray();
        await foreach (var piece in request.Events.ReadAllAsync(http.RequestAborted))
        {
            answers[piece.Choice].Add(piece);
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        var tokens = answers.Sum(answer => answer.Tokens);
        await using (var json = new Utf8JsonWriter(http.Response.BodyWriter, Json))
        {
            format.WriteWhole(json, head, answers, Count(request, tokens), request.TopLogProbabilities is not null);
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        return tokens;
    }

    // Gives the tokens of the answer; 0 where it broke off.
    private async Task<int> StreamAsync(HttpContext http, IAnswerFormat format, AnswerHead head, GenerationRequest request, GenerationSettings settings)
    {
        var stream = new ServerSentEvents(http.Response);
        var choices = new StreamedChoice[request.Choices];
        try
        {
            while (await NextAsync(request, stream, http.RequestAborted))
            {
                while (request.Events.TryRead(out var piece))
                {
                    choices[piece.Choice] = Send(stream, format, head, piece, choices[piece.Choice], settings);
                }

                await stream.FlushAsync(http.RequestAborted);
            }
        }
        catch (Exception e) when (stream.Started && !http.RequestAborted.IsCancellationRequested && Errors.Of(e is OperationCanceledException ? TooSlow() : e) is { } error)
        {
            // The status is out already; clients look for this key.
            stream.Write(json => Errors.Write(json, error.Body));
            await stream.FlushAsync(http.RequestAborted);
            return 0;
        }

        var tokens = choices.Sum(choice => choice.Tokens);
        if (settings.IncludeUsage)
        {
            stream.Write(json => format.WriteUsage(json, head, Count(request, tokens)));
        }

        stream.WriteDone();
        await stream.FlushAsync(http.RequestAborted);
        return tokens;
    }

    private static StreamedChoice Send(ServerSentEvents stream, IAnswerFormat format, AnswerHead head, GenerationEvent piece, StreamedChoice choice, GenerationSettings settings)
    {
        if (!choice.Opened && format.HasOpening)
        {
            stream.Write(json => format.WriteOpening(json, head, piece.Choice, settings.IncludeUsage));
        }

        var tools = choice.Opened ? choice.Tools : format.Tools?.NewReader();
        var scores = piece.Scores;
        foreach (var part in Answer.Parts(tools, piece))
        {
            if (part.Call >= 0)
            {
                stream.Write(json => format.WriteCall(json, head, piece.Choice, part, settings.IncludeUsage));
            }
            else if (part.Text.Length > 0 || scores.Count > 0)
            {
                Write(part.Text);
            }
        }

        if (tools is not null && scores.Count > 0)
        {
            Write("");
        }

        if (Answer.Reason(tools, piece.Finish) is { } reason)
        {
            stream.Write(json => format.WriteFinish(json, head, piece.Choice, reason, settings.IncludeUsage));
        }

        return new StreamedChoice(true, choice.Offset + piece.Text.Length, piece.Tokens, tools);

        void Write(string text)
        {
            var shown = piece with { Text = text, Scores = scores };
            stream.Write(json => format.WritePiece(json, head, shown, choice.Offset, settings.TopLogProbabilities is not null, settings.IncludeUsage));
            scores = [];
        }
    }

    private async Task<bool> NextAsync(GenerationRequest request, ServerSentEvents stream, CancellationToken cancellationToken)
    {
        var next = request.Events.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            try
            {
                return await next.WaitAsync(options.Value.StreamPing, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                stream.WritePing();
                await stream.FlushAsync(cancellationToken);
            }
        }
    }

    private static Usage Count(GenerationRequest request, int generated) =>
        new(request.Prompts.Sum(prompt => prompt.Length), request.CachedTokens, generated);

    private static ulong NewSeed()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private readonly record struct StreamedChoice(bool Opened, int Offset, int Tokens, ToolCallReader? Tools);
}
