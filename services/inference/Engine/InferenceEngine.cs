using System.Collections.Concurrent;
using LoraMesh.Model;
using LoraMesh.Text;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Inference.Engine;

/// <summary>
/// One base model and the one thread that owns its tensors. Requests wait in a bounded line, are generated together
/// whatever adapters they use, and get their tokens through a channel each. What fails fails alone; the engine goes on.
/// </summary>
public sealed class InferenceEngine : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Tokenizer _tokenizer;
    private readonly InferenceOptions _options;
    private readonly InferenceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WaitingLine _line;
    private readonly ConcurrentQueue<Task> _errands = [];
    private readonly ManualResetEventSlim _wake = new();
    private readonly TaskCompletionSource<CausalLm> _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private bool _stopping;
    private Batch? _batch;
    private CausalLm? _model;

    private InferenceEngine(string folder, Tokenizer tokenizer, InferenceOptions options, InferenceMetrics metrics, TimeProvider time, ILogger logger)
    {
        _folder = folder;
        _tokenizer = tokenizer;
        _options = options;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _line = new WaitingLine(options.MaxWaitingRequests, options.MaxWaitingTokens, options.TenantWeights);
    }

    /// <summary>What the loaded model is like.</summary>
    public ModelConfig Config => Model.Config;

    /// <summary>Requests that wait for a place.</summary>
    public int Waiting => _line.Count;

    /// <summary>Tokens of the prompts that wait for a place.</summary>
    public long WaitingTokens => _line.Tokens;

    /// <summary>Sequences that are being generated.</summary>
    public int Running => _batch?.Count ?? 0;

    private CausalLm Model => _model ?? throw new InvalidOperationException("The model has not been loaded.");

    /// <summary>Starts the thread and loads the model on it.</summary>
    /// <exception cref="IOException">The folder holds no model that can be read; further errors as the model gives them.</exception>
    public static async Task<InferenceEngine> StartAsync(
        string folder, Tokenizer tokenizer, InferenceOptions options, InferenceMetrics metrics, TimeProvider time, ILogger logger)
    {
        var engine = new InferenceEngine(folder, tokenizer, options, metrics, time, logger);
        new Thread(engine.Run) { Name = "engine " + Path.GetFileName(folder), IsBackground = true }.Start();
        engine._model = await engine._loaded.Task;
        return engine;
    }

    /// <summary>Takes a request; from then on its adapter's lease belongs to the engine.</summary>
    /// <exception cref="QueueFullException">The line is full; the lease stays with the caller.</exception>
    /// <exception cref="EngineFailedException">The engine has stopped; the lease stays with the caller.</exception>
    public void Submit(GenerationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.SubmittedAt = _time.GetTimestamp();
        lock (_gate)
        {
            if (_stopping)
            {
                throw new EngineFailedException("The engine has stopped.");
            }

            if (!_line.TryJoin(request))
            {
                throw new QueueFullException(_options.MaxWaitingRequests);
            }

            _wake.Set();
        }
    }

    /// <summary>Does something with the model between two steps, on the thread that owns the tensors.</summary>
    /// <exception cref="EngineFailedException">The engine has stopped.</exception>
    public Task<T> RunAsync<T>(Func<CausalLm, T> errand)
    {
        ArgumentNullException.ThrowIfNull(errand);
        var task = new Task<T>(() => errand(Model), TaskCreationOptions.RunContinuationsAsynchronously);
        return TryEnqueue(task) ? task : throw new EngineFailedException("The engine has stopped.");
    }

    /// <summary>Ends what is running with an error, frees the model and waits for the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            _wake.Set();
        }

        await _ended.Task;
        _wake.Dispose();
    }

    // Tensors are freed where they are used; once the thread is gone, nobody uses them.
    internal void Free(IDisposable tensors)
    {
        var task = new Task(tensors.Dispose);
        if (!TryEnqueue(task))
        {
            tensors.Dispose();
        }
    }

    private bool TryEnqueue(Task task)
    {
        lock (_gate)
        {
            if (_ended.Task.IsCompleted)
            {
                return false;
            }

            _errands.Enqueue(task);
            _wake.Set();
            return true;
        }
    }

    private void Run()
    {
        try
        {
            Log.TorchLoaded(_logger, TorchRuntime.Initialize(_options.Threads));
            using var model = CausalLm.LoadForServing(
                _folder,
                _options.Precision == ServingPrecision.Exact ? MatmulPrecision.Exact : MatmulPrecision.BFloat16,
                _options.Precision == ServingPrecision.Int8 ? BaseQuantization.EightBit : BaseQuantization.None);
            using var batch = new Batch(model, _tokenizer, _line, _options, _metrics);
            _batch = batch;
            _loaded.SetResult(model);
            while (Serve(batch))
            {
            }

            batch.Dispose();
            RunErrands();
        }
        catch (Exception e)
        {
            // A turn keeps its failures to itself, so what comes here is the loading, or the end of this engine.
            if (!_loaded.TrySetException(e))
            {
                Log.EngineDied(_logger, e);
            }
        }

        lock (_gate)
        {
            _stopping = true;
            _ended.SetResult();
            RunErrands();
        }
    }

    private bool Serve(Batch batch)
    {
        _wake.Reset();
        RunErrands();
        try
        {
            batch.Turn();
        }
        catch (Exception e)
        {
            Log.TurnFailed(_logger, e);
            batch.Fail(new EngineFailedException("The engine failed: " + e.Message, e));
        }

        lock (_gate)
        {
            if (_stopping)
            {
                return false;
            }
        }

        if (batch.Count == 0 && _line.Count == 0)
        {
            _wake.Wait();
        }

        return true;
    }

    private void RunErrands()
    {
        while (_errands.TryDequeue(out var errand))
        {
            errand.RunSynchronously(TaskScheduler.Default);
        }
    }
}
