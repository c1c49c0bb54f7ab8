using System.Text.Json;
using LoraMesh.Metrics;
using LoraMesh.Metrics.Answers;
using LoraMesh.Metrics.Choices;
using LoraMesh.Metrics.Errors;
using LoraMesh.Metrics.Likelihoods;

namespace LoraMesh.UnitTests.Metrics;

/// <summary>Every figure against lm-evaluation-harness 0.4.13, sacreBLEU 2.6 and rouge_scorer.</summary>
public sealed class GoldenMetricTests : IDisposable
{
    private const double Tolerance = 1e-12; // Relative: the same doubles in another order of operations.

    private static readonly MatchRules Loose = new() { RegexesToIgnore = [@"\$", "quick "], IgnoreCase = true, IgnorePunctuation = true, IgnoreNumbers = true };

    private readonly JsonDocument _golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Metrics", "golden", "metrics.json")));

    [Fact]
    public void Answers_EqualTheReferenceImplementations()
    {
        foreach (var set in Sets("answers"))
        {
            AnswerItem[] items = [.. set.GetProperty("rows").EnumerateArray().Select(row => new AnswerItem(row.GetProperty("prediction").GetString()!, Texts(row, "references")))];
            Check(set, name => name == "exact_match_loose"
                ? AnswerMetrics.Compute("exact_match", items, Loose, resamples: 100)
                : AnswerMetrics.Compute(name, items, new MatchRules(), resamples: 100_000));
        }
    }

    [Fact]
    public void Ter_EqualsSacreBleu_TheBootstrapToo()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Metrics", "golden", "ter.json")));
        foreach (var set in golden.RootElement.EnumerateArray())
        {
            AnswerItem[] items = [.. set.GetProperty("rows").EnumerateArray().Select(row => new AnswerItem(row.GetProperty("prediction").GetString()!, Texts(row, "references")))];

            var found = AnswerMetrics.Compute("ter", items, new MatchRules(), resamples: 100_000);

            Near("ter", set.GetProperty("value").GetDouble(), found.Value);
            Near("ter stderr", set.GetProperty("stderr").GetDouble(), found.StandardError!.Value);
            Assert.False(found.HigherIsBetter);
        }
    }

    [Fact]
    public void Choices_EqualTheHarness()
    {
        foreach (var set in Sets("choices"))
        {
            ChoiceItem[] items = [.. set.GetProperty("rows").EnumerateArray().Select(row => new ChoiceItem(Numbers(row, "loglikelihoods"), Texts(row, "choices"), [row.GetProperty("gold").GetInt32()])
            {
                Unconditional = Numbers(row, "unconditional_loglikelihoods"),
                IsGreedy = [.. row.GetProperty("is_greedy").EnumerateArray().Select(value => value.GetBoolean())],
            })];
            Check(set, name => ChoiceMetrics.Compute(name, items, resamples: 100));
        }
    }

    [Fact]
    public void Likelihoods_EqualTheHarness_TheBootstrapToo()
    {
        foreach (var set in Sets("likelihoods"))
        {
            LikelihoodItem[] items = [.. set.GetProperty("rows").EnumerateArray().Select(row => new LikelihoodItem(row.GetProperty("loglikelihood").GetDouble(), row.GetProperty("text").GetString()!))];
            Check(set, name => LikelihoodMetrics.Compute(name, items, resamples: 10_000));
        }
    }

    [Fact]
    public void Pooled_EqualsTheHarness()
    {
        var pooled = _golden.RootElement.GetProperty("pooled");
        (double, int)[] parts = [.. Numbers(pooled, "stderrs").Zip(Numbers(pooled, "sizes"), (error, size) => (error, (int)size))];

        Assert.Equal(pooled.GetProperty("value").GetDouble(), StandardError.Pooled(parts), Tolerance);
    }

    public void Dispose() => _golden.Dispose();

    private static void Check(JsonElement set, Func<string, MetricValue> compute)
    {
        foreach (var expected in set.GetProperty("figures").EnumerateObject())
        {
            var found = compute(expected.Name);
            Near(expected.Name, expected.Value.GetProperty("value").GetDouble(), found.Value);
            if (expected.Value.GetProperty("stderr") is { ValueKind: JsonValueKind.Number } error)
            {
                Near(expected.Name + " stderr", error.GetDouble(), found.StandardError!.Value);
            }
            else
            {
                Assert.Null(found.StandardError);
            }
        }
    }

    private static void Near(string name, double expected, double found) =>
        Assert.True(Math.Abs(expected - found) <= Tolerance * Math.Max(1, Math.Abs(expected)), $"{name}: expected {expected:R}, found {found:R}");

    private JsonElement[] Sets(string kind) => [.. _golden.RootElement.GetProperty(kind).EnumerateArray()];

    private static double[] Numbers(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    private static string[] Texts(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];
}
