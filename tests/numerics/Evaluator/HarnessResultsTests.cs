using LoraMesh.Contracts;
using LoraMesh.Evaluator.Reporting;
using LoraMesh.Evaluator.Verdict;

namespace LoraMesh.NumericsTests.Evaluator;

public sealed class HarnessResultsTests
{
    [Fact]
    public void Of_EveryContender_HasTheHarnessKeys()
    {
        var config = new EvaluationConfig { Metrics = ["exact_match", "f1"], Stop = ["\n"] };
        var report = Gate.Judge(Reports.WithSet(Reports.Counted(40, candidateRight: 30, baseRight: 2, championRight: 20), "general.jsonl", 10, 9, 9), config);

        var results = HarnessResults.Of("support", "loramesh-tiny", report, config, DateTimeOffset.UnixEpoch.AddMilliseconds(1500));

        Assert.Equal(["base", "candidate", "champion"], results.Keys);
        var candidate = results["candidate"];
        Assert.Equal(["results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better", "n-samples", "config", "date"], candidate.Select(member => member.Key));
        Assert.Equal(["support", "support/general.jsonl"], candidate["results"]!.AsObject().Select(member => member.Key));
        var task = candidate["results"]!["support"]!;
        Assert.Equal(0.75, task["exact_match,none"]!.GetValue<double>());
        Assert.Equal(Math.Sqrt(0.75 * 0.25 / 39), task["exact_match_stderr,none"]!.GetValue<double>(), 1e-12);
        Assert.Equal(0.1, task["loss,none"]!.GetValue<double>(), 1e-12);
        Assert.Equal("N/A", task["loss_stderr,none"]!.GetValue<string>());
        Assert.Equal(0.9, candidate["results"]!["support/general.jsonl"]!["f1,none"]!.GetValue<double>(), 1e-12);
        Assert.False(candidate["higher_is_better"]!["support"]!["loss"]!.GetValue<bool>());
        Assert.Equal(40, candidate["n-samples"]!["support"]!["effective"]!.GetValue<int>());
        Assert.Equal("\n", candidate["configs"]!["support"]!["generation_kwargs"]!["until"]![0]!.GetValue<string>());
        Assert.Equal(1.5, candidate["date"]!.GetValue<double>());
    }
}
