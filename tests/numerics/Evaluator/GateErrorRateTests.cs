using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Evaluator.Verdict;

namespace LoraMesh.NumericsTests.Evaluator;

/// <summary>How often the gate is wrong: of candidates that are as good as the champion, and of candidates that are truly better.</summary>
public sealed class GateErrorRateTests
{
    private const int Seeds = 200;

    [Fact]
    public void Judge_SameAdapterTwice_IsNeverPromoted() =>
        Assert.Equal(0, Promoted(AnswerMetricNames.ExactMatch, seed => Population(seed, 120, candidateGain: 0, own: false)));

    // The champion and another adapter of exactly its skill: what differs is chance.
    [Theory]
    [InlineData(AnswerMetricNames.ExactMatch, 40)]
    [InlineData(AnswerMetricNames.ExactMatch, 200)]
    [InlineData("f1", 40)]
    [InlineData("f1", 200)]
    [InlineData(AnswerMetricNames.Loss, 25)]
    [InlineData(AnswerMetricNames.Loss, 200)]
    public void Judge_EqualSkill_IsPromotedInAtMostFivePercent(string metric, int rows) =>
        Assert.InRange(Promoted(metric, seed => Population(seed, rows, candidateGain: 0, own: true)), 0, Seeds * 5 / 100);

    // Right in 75 of 100 rows where the champion is in 60, and a fifth of the loss less.
    [Theory]
    [InlineData(AnswerMetricNames.ExactMatch)]
    [InlineData("f1")]
    [InlineData(AnswerMetricNames.Loss)]
    public void Judge_KnownEffect_IsPromotedInAtLeastNinetyPercent(string metric) =>
        Assert.InRange(Promoted(metric, seed => Population(seed, 200, candidateGain: 0.15, own: true)), Seeds * 90 / 100, Seeds);

    // Answers and losses of a real evaluation, another half of its rows for every seed.
    [Theory]
    [InlineData(AnswerMetricNames.ExactMatch)]
    [InlineData(AnswerMetricNames.Loss)]
    public void Judge_HalvesOfARealEvaluation_PromoteTheBetterAndNeverTheSameOrTheWorse(string metric)
    {
        var contest = Contest.Read();
        var (better, worse) = (contest.Losses.Candidate, contest.Losses.Champion!);

        Assert.InRange(Promoted(metric, seed => contest.Half(seed, row => row.Candidate, better, row => row.Champion, worse)), Seeds * 90 / 100, Seeds);
        Assert.InRange(Promoted(metric, seed => contest.Half(seed, row => row.Champion, worse, row => row.Champion, worse)), 0, Seeds * 5 / 100);
        Assert.InRange(Promoted(metric, seed => contest.Half(seed, row => row.Champion, worse, row => row.Candidate, better)), 0, Seeds * 5 / 100);
    }

    private static int Promoted(string metric, Func<int, EvaluationReport> measure) =>
        Enumerable.Range(0, Seeds).AsParallel().Count(seed => Gate.Judge(measure(seed), new EvaluationConfig { Gate = new GateConfig { Metric = metric } }).Promote);

    /// <summary>Rows of which some are easy for everyone: contenders' answers are alike, as those of real models are.</summary>
    private static EvaluationReport Population(int seed, int rows, double candidateGain, bool own)
    {
        var random = new Random(seed);
        var (asked, losses) = (new List<EvaluatedRow>(), (Base: new double[rows], Candidate: new double[rows], Champion: new double[rows]));
        for (var row = 0; row < rows; row++)
        {
            var easy = random.NextDouble() < 0.4;
            var weight = Math.Exp(Normal(random));
            var champion = Answer(easy, 1.0 / 3);
            (losses.Base[row], losses.Champion[row]) = (weight * 5, Loss(1));
            var candidate = own ? Answer(easy, (1.0 / 3) + (candidateGain / 0.6)) : champion;
            losses.Candidate[row] = own ? Loss(1 - (4 * candidateGain / 3)) : losses.Champion[row];
            asked.Add(new EvaluatedRow { Id = $"{row}", Question = "q", Reference = "one two three four", Base = "none", Champion = champion, Candidate = candidate });

            // Heavy on the right, as losses are.
            double Loss(double level) => weight * level * Math.Exp(0.3 * Normal(random));
        }

        return Reports.Of(asked, losses.Base, losses.Candidate, losses.Champion);

        string Answer(bool easy, double skill) => easy || random.NextDouble() < skill ? "one two three four" : random.NextDouble() < 0.5 ? "one two five six" : "seven";
    }

    private sealed record Row(string Reference, string Base, string Candidate, string Champion);

    private sealed record Contest(IReadOnlyList<Row> Rows, RowLosses Losses)
    {
        public static Contest Read() =>
            JsonSerializer.Deserialize<Contest>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "contest", "tickets.json")), ContractsJson.Options)!;

        public EvaluationReport Half(int seed, Func<Row, string> candidate, IReadOnlyList<double> candidateLosses, Func<Row, string> champion, IReadOnlyList<double> championLosses)
        {
            var random = new Random(seed);
            var rows = Some(Rows.Count);
            var losses = Some(Losses.Base.Count);
            return Reports.Of(
                [.. rows.Select(index => new EvaluatedRow { Id = $"{index}", Question = "q", Reference = Rows[index].Reference, Base = Rows[index].Base, Candidate = candidate(Rows[index]), Champion = champion(Rows[index]) })],
                [.. losses.Select(index => Losses.Base[index])],
                [.. losses.Select(index => candidateLosses[index])],
                [.. losses.Select(index => championLosses[index])]);

            int[] Some(int count)
            {
                var all = Enumerable.Range(0, count).ToArray();
                random.Shuffle(all);
                return all[..(count / 2)];
            }
        }
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
