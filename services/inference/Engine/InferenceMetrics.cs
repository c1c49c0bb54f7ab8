using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Engine;

/// <summary>
/// Figures of the service, on the meter <see cref="MeterName"/>; where OpenTelemetry has a name for one, it bears that
/// name. The tag <c>gen_ai.request.model</c> tells the adapters apart.
/// </summary>
public sealed class InferenceMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "LoraMesh.Inference";

    private readonly TimeProvider _time;
    private readonly Histogram<double> _queue;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Histogram<double> _perToken;
    private readonly Histogram<long> _tokens;
    private readonly Counter<long> _cached;
    private readonly Histogram<double> _loads;
    private readonly Counter<long> _answers;
    private readonly Counter<long> _evictions;
    private readonly Counter<long> _swaps;
    private readonly Counter<long> _refusals;
    private readonly ConcurrentDictionary<string, InferenceEngine> _engines = [];
    private readonly ConcurrentDictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly int _maxLabels;

    /// <summary>Makes the instruments.</summary>
    public InferenceMetrics(IMeterFactory meters, TimeProvider time, IOptions<InferenceOptions> options)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(options);
        _maxLabels = options.Value.MaxModelLabels;
        _time = time;
        var meter = meters.Create(MeterName);
        _queue = meter.CreateHistogram<double>("loramesh.inference.queue.duration", "s", "From acceptance of a request to its place in the batch");
        _duration = meter.CreateHistogram<double>("gen_ai.server.request.duration", "s", "From acceptance of a request to the end of one answer");
        _firstToken = meter.CreateHistogram<double>("gen_ai.server.time_to_first_token", "s", "From acceptance of a request to the first token of one answer");
        _perToken = meter.CreateHistogram<double>("gen_ai.server.time_per_output_token", "s", "Mean time of the tokens after the first");
        _tokens = meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens read and generated for one answer");
        _cached = meter.CreateCounter<long>("loramesh.inference.prompt.tokens.cached", "{token}", "Tokens of prompts that were taken over from earlier requests");
        _swaps = meter.CreateCounter<long>("loramesh.inference.adapters.loaded", "{adapter}", "Adapters loaded");
        _loads = meter.CreateHistogram<double>("loramesh.inference.adapters.load.duration", "s", "From the store or the disk to memory, checks included");
        _evictions = meter.CreateCounter<long>("loramesh.inference.adapters.evicted", "{adapter}", "Adapters that left memory to make room");
        _answers = meter.CreateCounter<long>("loramesh.inference.answers", "{answer}", "Answers by the reason that they ended");
        _refusals = meter.CreateCounter<long>("loramesh.inference.adapters.refused", "{adapter}", "Adapters refused");
        meter.CreateObservableGauge("loramesh.inference.requests.waiting", () => Observe(engine => engine.Waiting), "{request}", "Requests without a place yet");
        meter.CreateObservableGauge("loramesh.inference.sequences.running", () => Observe(engine => engine.Running), "{sequence}", "Answers being generated");
    }

    internal void Watch(string model, InferenceEngine engine) => _engines[model] = engine;

    internal void AdapterLoaded(string project) => _swaps.Add(1, Tag(project));

    internal void AdapterLoadTook(string project, double seconds) => _loads.Record(seconds, Tag(project));

    internal void AdapterEvicted(string project) => _evictions.Add(1, Tag(project));

    internal void AdapterRefused(string project) => _refusals.Add(1, Tag(project));

    internal void Admitted(Sequence sequence) =>
        _queue.Record(Since(sequence.Request.SubmittedAt), Tag(sequence.Request.Model));

    internal void FirstToken(Sequence sequence)
    {
        sequence.FirstTokenAt = _time.GetTimestamp();
        _firstToken.Record(Since(sequence.Request.SubmittedAt), Tag(sequence.Request.Model));
    }

    internal void Left(Sequence sequence)
    {
        var model = Tag(sequence.Request.Model);
        _duration.Record(Since(sequence.Request.SubmittedAt), model, new("error.type", sequence.Ended ? null : "not_finished"));
        _cached.Add(sequence.CachedTokens, model);
        _answers.Add(1, model, new("gen_ai.response.finish_reason", sequence.Reason switch { FinishReason.Stop => "stop", FinishReason.Length => "length", _ => "none" }));
        _tokens.Record(sequence.PromptLength, model, new("gen_ai.token.type", "input"));
        _tokens.Record(sequence.Generated, model, new("gen_ai.token.type", "output"));
        if (sequence.Generated > 1)
        {
            _perToken.Record(Since(sequence.FirstTokenAt) / (sequence.Generated - 1), model);
        }
    }

    // Each name is a time series for every figure: beyond a number of them the others are one.
    private KeyValuePair<string, object?> Tag(string model) =>
        new("gen_ai.request.model", _labels.TryGetValue(model, out var known) ? known : _labels.Count < _maxLabels ? _labels.GetOrAdd(model, model) : "other");

    private double Since(long timestamp) => _time.GetElapsedTime(timestamp).TotalSeconds;

    private IEnumerable<Measurement<int>> Observe(Func<InferenceEngine, int> figure) =>
        _engines.Select(engine => new Measurement<int>(figure(engine.Value), Tag(engine.Key)));
}
