using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Storage;

namespace LoraMesh.Control.Queries;

/// <summary>How trainings went, step by step: those that go on from what was heard, those that ended from their <c>metrics.jsonl</c>.</summary>
public sealed class TrainingCurves(RunCurves live, IBlobStore blobs)
{
    private const int MaxLine = 64 * 1024;
    private const int MaxLines = 1_000_000;

    /// <summary>The steps of a run in order, at most <see cref="RunCurves.MaxPoints"/>, spread over all of it.</summary>
    /// <returns>Empty where nothing is known of them: the training has not begun, or its metrics were removed with its working files.</returns>
    public async Task<IReadOnlyList<CurvePoint>> OfAsync(string runId, CancellationToken cancellationToken) =>
        live.Of(runId) is { Count: > 0 } heard ? heard : await ReadAsync(runId, cancellationToken);

    private async Task<IReadOnlyList<CurvePoint>> ReadAsync(string runId, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenReadAsync(Buckets.Runs, $"{runId}/metrics.jsonl", cancellationToken);
        if (content is null)
        {
            return [];
        }

        var curve = new Curve();
        using var reader = new StreamReader(content);
        for (var line = 0; line < MaxLines && await reader.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            if (text.Length <= MaxLine && Parse(text) is { } point)
            {
                curve.Add(point);
            }
        }

        return curve.Points();
    }

    private static CurvePoint? Parse(string line)
    {
        try
        {
            var step = JsonSerializer.Deserialize<StepLine>(line, ContractsJson.Options);
            return step is null ? null : new CurvePoint(step.Step, step.Loss, step.LearningRate, step.GradNorm, step.Eval?.Loss);
        }
        catch (JsonException)
        {
            // Half a line is no step.
            return null;
        }
    }

    private sealed record StepLine(int Step, double Loss, double LearningRate, double? GradNorm, EvalLine? Eval);

    private sealed record EvalLine(double Loss);
}
