using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.Inference.Engine;

// One choice of a request while it is generated. Lives on the engine's thread.
internal sealed class Sequence : IDisposable
{
    private readonly int[] _prompt;
    private readonly int _choice;
    private readonly int _mostTokens;
    private readonly IReadOnlyList<int> _endTokens;
    private readonly ulong[]? _allButEnd;
    private readonly Sampler _sampler;
    private readonly ConstrainedText? _constraint;
    private readonly StreamingDecoder _text;
    private readonly StopText _stop;
    private readonly Queue<(int End, TokenScores Scores)> _unsentScores = [];
    private DecoderSession? _session;
    private int _decodedLength;
    private int _sentLength;
    private int _read;

    public Sequence(GenerationRequest request, int choice, ModelConfig config, Tokenizer tokenizer)
    {
        Request = request;
        _choice = choice;
        _prompt = request.Prompts[choice / request.ChoicesPerPrompt];
        _mostTokens = Math.Min(request.MaxTokens, config.MaxPositionEmbeddings - _prompt.Length);
        _endTokens = [.. request.IgnoresEnd ? [] : config.EosTokenIds, .. request.StopTokens];
        _allButEnd = request.MinTokens > 0 ? AllBut(_endTokens, config.VocabSize) : null;
        // Far apart seeds: neighbouring requests with seeds 1, 2, 3 share no choice.
        _sampler = new Sampler(request.Sampling, config.VocabSize, unchecked(request.Seed + ((ulong)choice * 0xD1B54A32D192ED03)));
        _sampler.ObservePrompt(_prompt);
        _constraint = request.Constraint?.Begin();
        _text = tokenizer.CreateStreamingDecoder(skipSpecialTokens: !request.ShowsSpecialTokens);
        _stop = new StopText(request.Stop);
    }

    public GenerationRequest Request { get; }

    public DecoderSession Session => _session ?? throw new InvalidOperationException("The sequence has no cache yet.");

    public int PromptLength => _prompt.Length;

    public int PromptLeft => _prompt.Length - _read;

    public int CachedTokens { get; private set; }

    public int Generated { get; private set; }

    public int LastToken { get; private set; }

    public long FirstTokenAt { get; set; }

    // Tokens that its tenant was charged for the answer beforehand.
    public double Charged { get; set; }

    public FinishReason? Reason { get; private set; }

    public bool Ended => Reason is not null;

    private ServedPrefix Prefix => Request.Adapter?.Adapter.Prefix ?? new ServedPrefix(null, IsPlain: true);

    // The cut points depend on the prompt alone, so that the numbers do not depend on who else is in the batch.
    public int Read(CausalLm model, int chunk, PrefixCache? cache)
    {
        if (_session is null)
        {
            _session = new DecoderSession(model, Request.Adapter?.Adapter.Weights);
            CachedTokens = _read = cache?.Take(_session, _prompt, Prefix) ?? 0;
            if (_choice % Request.ChoicesPerPrompt == 0)
            {
                Request.CachedTokens += _read;
            }
        }

        var count = Math.Min(chunk, PromptLeft);
        var logits = model.Prefill(_session, _prompt.AsSpan(_read, count));
        _read += count;
        if (PromptLeft == 0)
        {
            cache?.Keep(_session, _prompt.Length, Prefix);
            Take(logits);
        }

        return count;
    }

    // The answer is the beginning of the conversation's next prompt.
    public void Leave(PrefixCache? cache)
    {
        if (_session is not null && Ended)
        {
            cache?.Keep(_session, _prompt.Length, Prefix);
        }

        Dispose();
    }

    public void Take(ReadOnlySpan<float> logits)
    {
        int id;
        try
        {
            id = _sampler.Next(logits, Allowed());
            if (!_endTokens.Contains(id))
            {
                _constraint?.Accept(id);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ConstraintException)
        {
            // The others in the batch have rows of their own and go on.
            Request.End(new EngineFailedException($"Generation failed at token {Generated + 1}: {e.Message}", e));
            return;
        }

        LastToken = id;
        Generated++;
        if (_endTokens.Contains(id))
        {
            Finish(FinishReason.Stop, _text.Flush());
            return;
        }

        var piece = _text.Push(id) ?? "";
        _decodedLength += piece.Length;
        if (Request.TopLogProbabilities is { } top)
        {
            // A token that shows no text yet belongs to the text that comes after it.
            var end = piece.Length > 0 ? _decodedLength : _decodedLength + 1;
            _unsentScores.Enqueue((end, new TokenScores(LogProbabilities.Of(logits, id), LogProbabilities.Top(logits, top))));
        }

        if (_constraint is { IsFinished: true })
        {
            Finish(FinishReason.Stop, piece + _text.Flush());
            return;
        }

        if (Generated == _mostTokens)
        {
            Finish(FinishReason.Length, piece + _text.Flush());
            return;
        }

        var free = _stop.Push(piece);
        if (_stop.Stopped)
        {
            Send(free, FinishReason.Stop);
        }
        else if (free.Length > 0)
        {
            Send(free, null);
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
    }

    private ReadOnlySpan<ulong> Allowed() =>
        _constraint is not null ? _constraint.Allowed() : Generated < Request.MinTokens ? _allButEnd : default;

    private static ulong[] AllBut(IReadOnlyList<int> ids, int size)
    {
        var mask = new ulong[(size + 63) / 64];
        Array.Fill(mask, ulong.MaxValue);
        foreach (var id in ids)
        {
            mask[id >> 6] &= ~(1UL << (id & 63));
        }

        return mask;
    }

    private void Finish(FinishReason reason, string? lastPiece)
    {
        var free = _stop.Push(lastPiece ?? "");
        Send(_stop.Stopped ? free : free + _stop.Flush(), _stop.Stopped ? FinishReason.Stop : reason);
    }

    private void Send(string text, FinishReason? finish)
    {
        _sentLength += text.Length;
        var scores = new List<TokenScores>();
        var all = finish is not null && !_stop.Stopped;
        while (_unsentScores.TryPeek(out var next) && (all || next.End <= _sentLength))
        {
            scores.Add(_unsentScores.Dequeue().Scores);
        }

        Reason = finish;
        Request.Send(new GenerationEvent(_choice, text, scores, Generated, finish));
    }
}
