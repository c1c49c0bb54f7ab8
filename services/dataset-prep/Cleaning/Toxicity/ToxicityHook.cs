using System.Text.Json;

namespace LoraMesh.DatasetPrep.Cleaning.Toxicity;

/// <summary>A classifier that the operator runs: a web address or a program. It is asked <c>{"texts": […]}</c> and answers <c>{"scores": […]}</c>, a number from 0 to 1 for each text.</summary>
internal abstract class ToxicityHook : IDisposable
{
    /// <summary>Most bytes of an answer.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

    /// <summary>Opens a hook; nothing is asked yet.</summary>
    /// <param name="settings">Which, and how long it may take.</param>
    public static ToxicityHook Open(ToxicitySettings settings) =>
        settings.Address is { } address ? new HttpToxicityHook(address, settings.TimeLimit) : new ProcessToxicityHook(settings.Command, settings.TimeLimit);

    /// <summary>The scores of texts.</summary>
    /// <exception cref="ToxicityHookException">The hook fails, takes too long, or answers something else.</exception>
    public IReadOnlyList<double> Score(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var answer = Ask(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, IReadOnlyList<string>> { ["texts"] = texts }), cancellationToken);
        try
        {
            using var document = JsonDocument.Parse(answer);
            double[] scores = [.. document.RootElement.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble())];
            if (scores.Length == texts.Count && Array.TrueForAll(scores, score => score is >= 0 and <= 1))
            {
                return scores;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // Told like an answer of the wrong length.
        }

        throw new ToxicityHookException($"it answered {Problems.Shown.Text(answer.Span)} to {texts.Count} texts; expected {{\"scores\": […]}} with {texts.Count} numbers from 0 to 1");
    }

    public abstract void Dispose();

    /// <summary>The bytes of the answer to a request.</summary>
    protected abstract ReadOnlyMemory<byte> Ask(byte[] request, CancellationToken cancellationToken);
}
