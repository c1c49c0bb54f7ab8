using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.Inference.Engine;

// Continuous batching. Each turn lets waiting sequences in as places get free, reads a bounded piece of their prompts,
// and generates one token for everyone whose prompt has been read, whatever adapters they use. Who has ended or has
// been abandoned leaves before the next step. Lives on the engine's thread.
internal sealed class Batch(CausalLm model, Tokenizer tokenizer, WaitingLine line, InferenceOptions options, InferenceMetrics metrics) : IDisposable
{
    private readonly List<Sequence> _active = [];
    private readonly List<Sequence> _atWork = [];
    private readonly PrefixCache? _prefixes = options.PrefixCacheBytes > 0 && model.CachesLast ? new PrefixCache(model, options.PrefixCacheBytes, options.PrefillChunk) : null;
    private readonly float[] _logits = new float[options.MaxBatchSize * model.Config.VocabSize];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Turn()
    {
        WorkOn([]);
        line.Refresh();
        LetGo();
        Admit();
        ReadPrompts();
        Step();
        LetGo();
    }

    // Ends the requests that the failed operation worked on. What failed outside of any cannot be laid at one's door.
    public void Fail(EngineFailedException failure)
    {
        foreach (var sequence in _atWork.Count > 0 ? _atWork : _active)
        {
            sequence.Request.End(failure);
        }

        LetGo();
    }

    public void Dispose()
    {
        var stopping = new EngineFailedException("The server is stopping.");
        line.Refresh();
        while (line.TryGetNext(out var request))
        {
            line.Remove(request);
            request.End(stopping);
        }

        WorkOn([]);
        Fail(stopping);
        _prefixes?.Dispose();
    }

    private void LetGo()
    {
        _active.RemoveAll(sequence =>
        {
            sequence.Request.EndIfAbandoned();
            if (!sequence.Ended && !sequence.Request.Ended)
            {
                return false;
            }

            metrics.Left(sequence);
            line.Settle(sequence.Request, sequence.Charged, sequence.Generated);
            sequence.Leave(_prefixes);
            return true;
        });
        Volatile.Write(ref _count, _active.Count);
    }

    // A request whose choices do not all fit keeps its turn until they do.
    private void Admit()
    {
        while (_active.Count < options.MaxBatchSize && line.TryGetNext(out var request))
        {
            var sequence = new Sequence(request, request.BegunChoices++, model.Config, tokenizer);
            _active.Add(sequence);
            sequence.Charged = line.Charge(request, sequence.PromptLength);
            metrics.Admitted(sequence);
            if (request.BegunChoices == request.Choices)
            {
                line.Remove(request);
            }
        }

        Volatile.Write(ref _count, _active.Count);
    }

    private void ReadPrompts()
    {
        var budget = options.PrefillTokensPerTurn;
        foreach (var sequence in _active)
        {
            while (budget > 0 && sequence.PromptLeft > 0 && !sequence.Request.Ended)
            {
                WorkOn([sequence]);
                budget -= sequence.Read(model, options.PrefillChunk, _prefixes);
                if (sequence.PromptLeft == 0)
                {
                    metrics.FirstToken(sequence);
                }
            }
        }
    }

    private void Step()
    {
        WorkOn(_active.Where(sequence => sequence.PromptLeft == 0 && !sequence.Ended && !sequence.Request.Ended));
        if (_atWork.Count == 0)
        {
            return;
        }

        var size = model.Config.VocabSize;
        model.Step(
            _atWork.ConvertAll(sequence => sequence.Session),
            _atWork.ConvertAll(sequence => sequence.LastToken).ToArray(),
            _logits.AsSpan(0, _atWork.Count * size));
        for (var row = 0; row < _atWork.Count; row++)
        {
            _atWork[row].Take(_logits.AsSpan(row * size, size));
        }
    }

    private void WorkOn(IEnumerable<Sequence> sequences)
    {
        _atWork.Clear();
        _atWork.AddRange(sequences);
    }
}
