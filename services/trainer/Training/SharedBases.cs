using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>Base models that trainings of one process share: frozen, so each is in memory once however many train on it. Thread-safe.</summary>
public sealed class SharedBases
{
    private readonly Dictionary<(string Folder, MatmulPrecision Precision, BaseQuantization Quantization), Shared> _shared = [];
    private readonly Lock _gate = new();

    /// <summary>How many are in memory.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _shared.Count;
            }
        }
    }

    /// <summary>Takes the model of a folder, which is loaded if nobody has it; the last one to give it back takes it out of memory.</summary>
    /// <param name="folder">A Hugging Face folder whose content does not change.</param>
    /// <param name="precision">Precision of matrix products.</param>
    /// <param name="quantization">How the weights are held.</param>
    internal Lease Take(string folder, MatmulPrecision precision, BaseQuantization quantization)
    {
        var key = (Path.GetFullPath(folder), precision, quantization);
        Shared? shared;
        lock (_gate)
        {
            if (!_shared.TryGetValue(key, out shared))
            {
                _shared[key] = shared = new Shared(() => CausalLm.Load(folder, precision, quantization));
            }

            shared.Users++;
        }

        var lease = new Lease(shared.Model, () => GiveBack(key, shared));
        try
        {
            _ = lease.Model;
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private void GiveBack((string, MatmulPrecision, BaseQuantization) key, Shared shared)
    {
        lock (_gate)
        {
            if (--shared.Users > 0)
            {
                return;
            }

            _shared.Remove(key);
        }

        if (shared.Model.IsValueCreated)
        {
            shared.Model.Value.Dispose();
        }
    }

    /// <summary>A model for as long as it is needed.</summary>
    internal sealed class Lease(Lazy<CausalLm> model, Action giveBack) : IDisposable
    {
        private Action? _giveBack = giveBack;

        internal CausalLm Model => model.Value;

        public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
    }

    private sealed class Shared(Func<CausalLm> load)
    {
        public Lazy<CausalLm> Model { get; } = new(load);

        public int Users { get; set; }
    }
}
