using LoraMesh.Contracts;
using LoraMesh.Evaluator.Contest;
using LoraMesh.Evaluator.Verdict;
using LoraMesh.Formats;
using LoraMesh.Metrics;
using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.Evaluator;

/// <summary>
/// One evaluation on local files: losses and answers of base, candidate and champion on the same rows, and the verdict.
/// Synchronous: give it a thread of its own. The same inputs give the same report.
/// </summary>
public sealed class Evaluation(EvaluationInputs inputs, EvaluationConfig config, TimeProvider clock, Action<int, int> progress)
{
    // Keeps reports of the largest sets readable; another gate can then not be tried by loss.
    private const int MaxKeptLosses = 200_000;

    private readonly long _started = clock.GetTimestamp();
    private int _done;
    private TimeSpan _saved;

    /// <summary>What is evaluated by which settings, so that a kept state is known again.</summary>
    public string Identity { get; init; } = string.Empty;

    /// <summary>What an earlier attempt has measured; taken where it has the same <see cref="Identity"/>.</summary>
    public EvaluationState? Resume { get; init; }

    /// <summary>Gets what is measured so far, from time to time, on the evaluation's thread.</summary>
    public Action<EvaluationState>? Save { get; init; }

    /// <summary>How long to wait between two calls of <see cref="Save"/>.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Measures and judges.</summary>
    /// <exception cref="EvaluationFailedException">It cannot be made, or the candidate is not really applied.</exception>
    public EvaluationReport Run(CancellationToken cancellationToken) => Judge(Measure(cancellationToken));

    /// <summary>Measures; the report has no verdict yet.</summary>
    /// <exception cref="EvaluationFailedException">It cannot be made, or the candidate is not really applied.</exception>
    public EvaluationReport Measure(CancellationToken cancellationToken)
    {
        using var model = CausalLm.LoadForServing(inputs.ModelFolder);
        using var candidateAdapter = LoadAdapter(inputs.CandidateFolder, model.Config);
        using var championAdapter = inputs.ChampionFolder is null ? null : LoadAdapter(inputs.ChampionFolder, model.Config);
        var encoder = new ChatEncoder(Tokenizer.Load(inputs.ModelFolder), ChatTemplate.Load(inputs.ModelFolder));
        var shard = TokenShard.ReadAll(inputs.TestShards);
        var losses = LossRow.All(shard);
        List<HeldOutRow> rows = [.. Rows(encoder, model.Config.MaxPositionEmbeddings)];
        if (shard.Rows == 0)
        {
            throw new EvaluationFailedException("no_test_rows", "The dataset has no held-out rows, so nothing can be shown. Drop more rows, or raise prep.test_share.");
        }

        var contestants = new List<Contestant>
        {
            new("base", null, shard.Rows, rows.Count),
            new("candidate", candidateAdapter, shard.Rows, rows.Count),
        };
        if (championAdapter is not null)
        {
            contestants.Add(new Contestant("champion", championAdapter, shard.Rows, rows.Count));
        }

        var difference = LossMeasure.LogitDifference(model, shard, contestants[1], cancellationToken);
        if (!(difference > 0))
        {
            throw new EvaluationFailedException("adapter_not_applied", "The candidate changes no logit of the base model: its matrices are zero, or were not applied.");
        }

        var total = contestants.Count * (shard.Rows + rows.Count);
        Restore(contestants, Advance);
        RowContest.Run(model, encoder.Tokenizer, config.Stop, rows, losses, contestants, Advance, cancellationToken);
        var slowdown = config.Gate.MaxSlowdown is null || rows.Count == 0 ? default(double?) : SpeedProbe.Slowdown(model, candidateAdapter, rows[0].Prompt, clock, cancellationToken);
        return Measured(contestants, rows, losses.Sum(row => (long)row.Places.Length)) with { LogitDifference = difference, Slowdown = slowdown };

        void Advance(int rowsDone)
        {
            progress(_done += rowsDone, total);
            Keep(contestants);
        }
    }

    private void Restore(List<Contestant> contestants, Action<int> advance)
    {
        if (Resume is not { } state || state.Identity != Identity)
        {
            return;
        }

        foreach (var contestant in contestants)
        {
            if (state.Losses.TryGetValue(contestant.Name, out var losses) && losses.Count == contestant.Losses.Length)
            {
                losses.Select(loss => loss ?? double.NaN).ToArray().CopyTo(contestant.Losses, 0);
                _done += losses.Count(loss => loss is not null);
            }

            if (state.Answers.TryGetValue(contestant.Name, out var answers) && answers.Count == contestant.Answers.Length)
            {
                answers.ToArray().CopyTo(contestant.Answers, 0);
                _done += answers.Count(answer => answer is not null);
            }
        }

        advance(0);
    }

    private void Keep(List<Contestant> contestants)
    {
        if (Save is not { } save || clock.GetElapsedTime(_started) is var now && now - _saved < SaveEvery)
        {
            return;
        }

        _saved = now;
        save(new EvaluationState
        {
            Identity = Identity,
            Losses = contestants.ToDictionary(contestant => contestant.Name, contestant => (IReadOnlyList<double?>)[.. contestant.Losses.Select(loss => double.IsNaN(loss) ? default(double?) : loss)]),
            Answers = contestants.ToDictionary(contestant => contestant.Name, contestant => (IReadOnlyList<string?>)[.. contestant.Answers]),
        });
    }

    private IEnumerable<HeldOutRow> Rows(ChatEncoder encoder, int context) =>
        inputs.RegressionSets.Prepend((Name: null!, Path: inputs.TestRows)).SelectMany(set => HeldOutRows.Read(set.Path, set.Name, encoder, context, config));

    /// <summary>Judges what was measured, hooks' scores included.</summary>
    /// <exception cref="EvaluationFailedException">A figure is not defined for these rows.</exception>
    public EvaluationReport Judge(EvaluationReport measured)
    {
        try
        {
            var report = Gate.Judge(measured, config);
            return report.Losses!.Base.Count <= MaxKeptLosses ? report : report with { Losses = null };
        }
        catch (MetricException problem)
        {
            throw new EvaluationFailedException("metric_undefined", $"{problem.Message} The figures are chosen by evaluation.metrics and evaluation.gate in project.yaml.");
        }
    }

    private EvaluationReport Measured(List<Contestant> contestants, List<HeldOutRow> rows, long tokens)
    {
        var scoring = new AnswerScoring(config);
        var figures = contestants.ConvertAll(contestant => contestant.Figures(rows, tokens, scoring));
        return new EvaluationReport
        {
            Promote = false,
            Reason = string.Empty,
            Base = figures[0],
            Candidate = figures[1],
            Champion = figures.Count > 2 ? figures[2] : null,
            LogitDifference = 0,
            AdapterBytes = Directory.EnumerateFiles(inputs.CandidateFolder, "*.safetensors").Sum(file => new FileInfo(file).Length),
            SupervisedTokens = tokens,
            Losses = new RowLosses { Base = contestants[0].Losses, Candidate = contestants[1].Losses, Champion = contestants.Count > 2 ? contestants[2].Losses : null },
            Rows =
            [
                .. rows.Select((row, index) => new EvaluatedRow
                {
                    Id = row.Id,
                    Set = row.Set,
                    Question = row.Question,
                    Reference = row.Reference,
                    Base = contestants[0].Answers[index]!,
                    Candidate = contestants[1].Answers[index]!,
                    Champion = contestants.Count > 2 ? contestants[2].Answers[index] : null,
                }),
            ],
        };
    }

    private static LoraAdapter LoadAdapter(string folder, ModelConfig model)
    {
        try
        {
            return LoraAdapter.Load(folder, model);
        }
        catch (Exception problem) when (problem is InvalidDataException or UnsupportedModelException or FileNotFoundException)
        {
            throw new EvaluationFailedException("adapter_does_not_fit", problem.Message);
        }
    }
}
