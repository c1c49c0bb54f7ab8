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

    // As OpenTelemetry's conventions for generative AI advise; the usual buckets begin at 5 s.
    private static readonly double[] RequestSeconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly double[] FirstTokenSeconds = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] TokenSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
    private static readonly long[] TokenCounts = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576];

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
        _queue = Seconds(meter, "loramesh.inference.queue.duration", "From acceptance of a request to its place in the batch", FirstTokenSeconds);
        _duration = Seconds(meter, "gen_ai.server.request.duration", "From acceptance of a request to the end of one answer", RequestSeconds);
        _firstToken = Seconds(meter, "gen_ai.server.time_to_first_token", "From acceptance of a request to the first token of one answer", FirstTokenSeconds);
        _perToken = Seconds(meter, "gen_ai.server.time_per_output_token", "Mean time of the tokens after the first", TokenSeconds);
        _tokens = meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Tokens read and generated for one answer", tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = TokenCounts });
        _cached = meter.CreateCounter<long>("loramesh.inference.prompt.tokens.cached", "{token}", "Tokens of prompts that were taken over from earlier requests");
        _swaps = meter.CreateCounter<long>("loramesh.inference.adapters.loaded", "{adapter}", "Adapters loaded");
        _loads = Seconds(meter, "loramesh.inference.adapters.load.duration", "From the store or the disk to memory, checks included", RequestSeconds);
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

    private static Histogram<double> Seconds(Meter meter, string name, string description, double[] bounds) =>
        meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    // Each name is a time series for every figure: beyond a number of them the others are one.
    private KeyValuePair<string, object?> Tag(string model) =>
        new("gen_ai.request.model", _labels.TryGetValue(model, out var known) ? known : _labels.Count < _maxLabels ? _labels.GetOrAdd(model, model) : "other");

    private double Since(long timestamp) => _time.GetElapsedTime(timestamp).TotalSeconds;

    private IEnumerable<Measurement<int>> Observe(Func<InferenceEngine, int> figure) =>
        _engines.Select(engine => new Measurement<int>(figure(engine.Value), Tag(engine.Key)));
}
