using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Evaluator;
using LoraMesh.Evaluator.Contest;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.NumericsTests.Inference;
using LoraMesh.Text;

namespace LoraMesh.NumericsTests.Evaluator;

/// <summary>Whole evaluations of random adapters on a tiny model.</summary>
public sealed class EvaluationTests : IDisposable
{
    private const int Rows = 30;

    private readonly string _folder = Directory.CreateTempSubdirectory("loramesh-test-").FullName;
    private readonly EvaluationConfig _config = new() { MaxNewTokens = 6, Gate = new GateConfig { RegressionMargin = 1 } };
    private readonly EvaluationInputs _inputs;

    public EvaluationTests()
    {
        TinyModel.Write(Of("model"));
        using var model = CausalLm.Load(Of("model"));
        TinyAdapter.Write(Of("candidate"), model.Config, seed: 5);
        TinyAdapter.Write(Of("champion"), model.Config, seed: 6);
        WriteRows("test.jsonl", Rows, "Tell me of number");
        WriteRows("general.jsonl", 4, "Something else");
        WriteShard();
        _inputs = new EvaluationInputs(Of("model"), Of("candidate"), Of("champion"), [Of("test.safetensors")], Of("test.jsonl")) { RegressionSets = [("general.jsonl", Of("general.jsonl"))] };
    }

    [Fact]
    public void Run_AllTogether_AnswersAsEachContestantAlone()
    {
        var report = new Evaluation(_inputs, _config, TimeProvider.System, (_, _) => { }).Run(CancellationToken.None);

        using var model = CausalLm.Load(Of("model"));
        using var candidate = LoraAdapter.Load(Of("candidate"), model.Config);
        using var champion = LoraAdapter.Load(Of("champion"), model.Config);
        var encoder = ChatEncoder.Load(Of("model"));
        var asked = HeldOutRows.Read(Of("test.jsonl"), null, encoder, 256, _config).Concat(HeldOutRows.Read(Of("general.jsonl"), "general.jsonl", encoder, 256, _config)).ToList();
        Assert.Equal(Rows + 4, report.Rows.Count);
        for (var i = 0; i < asked.Count; i++)
        {
            Assert.Equal(Alone(model, null, encoder, asked[i]), report.Rows[i].Base);
            Assert.Equal(Alone(model, candidate, encoder, asked[i]), report.Rows[i].Candidate);
            Assert.Equal(Alone(model, champion, encoder, asked[i]), report.Rows[i].Champion);
        }

        Assert.Contains(report.Rows, row => row.Base != row.Candidate);
        Assert.Equal(["general.jsonl"], report.Rows.Select(row => row.Set).OfType<string>().Distinct());
    }

    [Fact]
    public void Run_CandidateThatChangesNothing_IsRefused()
    {
        using var model = CausalLm.Load(Of("model"));
        TinyAdapter.Write(Of("candidate"), model.Config, seed: 5, size: 0);

        var problem = Assert.Throws<EvaluationFailedException>(() => new Evaluation(_inputs, _config, TimeProvider.System, (_, _) => { }).Run(CancellationToken.None));

        Assert.Equal("adapter_not_applied", problem.Code);
    }

    [Fact]
    public void Run_StopTexts_EndAnswersBeforeThem()
    {
        var whole = new Evaluation(_inputs, _config, TimeProvider.System, (_, _) => { }).Run(CancellationToken.None);
        var stop = whole.Rows[0].Candidate[2..4];

        var cut = new Evaluation(_inputs, _config with { Stop = [stop] }, TimeProvider.System, (_, _) => { }).Run(CancellationToken.None);

        Assert.Equal(whole.Rows.Select(row => Before(row.Candidate, stop)), cut.Rows.Select(row => row.Candidate));
    }

    [Fact]
    public void Run_ShardOfTheRowsThatAreAsked_MeasuresLossAndAnswerInOnePassAsEachAlone()
    {
        using var model = CausalLm.Load(Of("model"));
        using var candidate = LoraAdapter.Load(Of("candidate"), model.Config);
        using var champion = LoraAdapter.Load(Of("champion"), model.Config);
        var encoder = ChatEncoder.Load(Of("model"));
        var asked = HeldOutRows.Read(Of("test.jsonl"), null, encoder, 256, _config).ToList();
        var rows = WriteShardOfAskedRows(model, candidate, asked);

        var shared = LossRow.Match(asked, LossRow.All(TokenShard.Read(Of("test.safetensors"))));
        var report = new Evaluation(_inputs, _config, TimeProvider.System, (_, _) => { }).Run(CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, Rows).Select(row => 2 * row), shared.Select(row => row!.Index));
        for (var i = 0; i < Rows; i++)
        {
            Assert.Equal(Alone(model, null, encoder, asked[i]), report.Rows[i].Base);
            Assert.Equal(Alone(model, candidate, encoder, asked[i]), report.Rows[i].Candidate);
            Assert.Equal(Alone(model, champion, encoder, asked[i]), report.Rows[i].Champion);
        }

        Assert.All(rows, (row, index) =>
        {
            Assert.Equal(LossOf(model, null, row), report.Losses!.Base[index], 1e-4); // float32, sums in another order
            Assert.Equal(LossOf(model, candidate, row), report.Losses.Candidate[index], 1e-4);
            Assert.Equal(LossOf(model, champion, row), report.Losses.Champion![index], 1e-4);
        });
        Assert.Equal(0, report.Losses!.Base[^1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_Interrupted_GoesOnAndSaysTheSame(bool lossesWithAnswers)
    {
        const double share = 0.3;
        if (lossesWithAnswers)
        {
            using var model = CausalLm.Load(Of("model"));
            using var candidate = LoraAdapter.Load(Of("candidate"), model.Config);
            WriteShardOfAskedRows(model, candidate, [.. HeldOutRows.Read(Of("test.jsonl"), null, ChatEncoder.Load(Of("model")), 256, _config)]);
        }

        var whole = new Evaluation(_inputs, _config, TimeProvider.System, (_, _) => { }).Run(CancellationToken.None);
        using var interruption = new CancellationTokenSource();
        EvaluationState? kept = null;
        var first = new Evaluation(_inputs, _config, TimeProvider.System, (done, total) =>
        {
            if (done > total * share)
            {
                interruption.Cancel();
            }
        })
        { Identity = "this", Save = state => kept = state, SaveEvery = TimeSpan.Zero };

        Assert.ThrowsAny<OperationCanceledException>(() => first.Run(interruption.Token));
        var (asked, least) = (new List<int>(), 0);
        var second = new Evaluation(_inputs, _config, TimeProvider.System, (done, _) => asked.Add(done)) { Identity = "this", Resume = kept };
        var resumed = second.Run(CancellationToken.None);
        var other = new Evaluation(_inputs, _config, TimeProvider.System, (done, _) => least = least == 0 ? done : least) { Identity = "other", Resume = kept };
        other.Run(CancellationToken.None);

        // Answers come first, with the losses of rows that are asked; then those of all others.
        Assert.Equal(3, kept!.Losses.Count);
        Assert.Contains(kept.Answers["candidate"], answer => answer is not null);
        Assert.Contains(kept.Answers["candidate"], answer => answer is null);
        Assert.Equal(lossesWithAnswers, kept.Losses["candidate"].Any(loss => loss is not null));
        Assert.Contains(kept.Losses["candidate"], loss => loss is null);
        Assert.Equal(JsonSerializer.Serialize(whole, ContractsJson.Options), JsonSerializer.Serialize(resumed, ContractsJson.Options));
        var total = 3 * ((lossesWithAnswers ? (3 * Rows) + 1 : 2 * Rows) + 4);
        Assert.True(asked[0] > total * share, $"{asked[0]} of {total} were known at once");
        Assert.True(least < total * share, "a state of something else is not taken");
    }

    [Fact]
    public void Prefixes_AreComputedOnceAndChangeNothing()
    {
        using var model = CausalLm.Load(Of("model"));
        using var adapter = LoraAdapter.Load(Of("candidate"), model.Config);
        var encoder = ChatEncoder.Load(Of("model"));
        var asked = HeldOutRows.Read(Of("test.jsonl"), null, encoder, 256, _config).ToList();
        using var prefixes = new SharedPrefixes(model, asked, []);
        var contestant = new Contestant("candidate", adapter, 0, asked.Count);

        Assert.Equal(encoder.Tokenizer.Encode("<s>user\nTell me of number ", addSpecialTokens: false).Count, prefixes.LengthOf(asked[0]));
        foreach (var row in asked.Take(3))
        {
            using var forked = prefixes.Start(row, contestant);
            using var fresh = new DecoderSession(model, adapter);
            var (own, whole) = (model.Prefill(forked, row.Prompt.AsSpan(prefixes.LengthOf(row))), model.Prefill(fresh, row.Prompt));
            Assert.InRange(own.Zip(whole, (one, other) => Math.Abs(one - other)).Max(), 0, 1e-4); // float32, sums in another order
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Rows that begin with the prompts, each followed by one of nobody who is asked, and at the end one without loss.
    private List<TokenRow> WriteShardOfAskedRows(CausalLm model, LoraAdapter candidate, List<HeldOutRow> asked)
    {
        List<TokenRow> rows = [];
        foreach (var (row, index) in asked.Select((row, index) => (row, index)))
        {
            // The candidate's own answer, every third with another token in its middle.
            var answer = Greedy(model, candidate, row.Prompt, 9);
            answer[4] = index % 3 == 0 ? (answer[4] + 1) % model.Config.VocabSize : answer[4];
            rows.Add(new TokenRow([.. row.Prompt, .. answer], [.. Enumerable.Repeat(TokenShard.IgnoreIndex, row.Prompt.Length), .. answer]));
            rows.Add(new TokenRow([.. answer, .. row.Prompt], [.. answer, .. Enumerable.Repeat(TokenShard.IgnoreIndex, row.Prompt.Length)]));
        }

        rows.Add(new TokenRow([5, 6, 7], [TokenShard.IgnoreIndex, TokenShard.IgnoreIndex, TokenShard.IgnoreIndex]));
        using (var stream = File.Create(Of("test.safetensors")))
        {
            TokenShard.Of(rows, [[.. Enumerable.Range(0, rows.Count)]]).Write(stream);
        }

        return rows;
    }

    private static double LossOf(CausalLm model, LoraAdapter? adapter, TokenRow row) =>
        SftObjective.LossSum(model, adapter, new TokenBatch(Array.ConvertAll(row.Ids, id => (long)id), [row.Ids.Length]), row.Labels);

    private static int[] Greedy(CausalLm model, LoraAdapter adapter, int[] prompt, int count)
    {
        using var session = new DecoderSession(model, adapter);
        var logits = model.Prefill(session, prompt);
        var tokens = new int[count];
        for (var i = 0; i < count; i++)
        {
            tokens[i] = Array.IndexOf(logits, logits.Max());
            model.Step([session], [tokens[i]], logits);
        }

        return tokens;
    }

    private static string Alone(CausalLm model, LoraAdapter? adapter, ChatEncoder encoder, HeldOutRow row)
    {
        using var session = new DecoderSession(model, adapter);
        var logits = model.Prefill(session, row.Prompt);
        var tokens = new List<int>();
        while (tokens.Count < row.MaxNewTokens)
        {
            var next = Array.IndexOf(logits, logits.Max());
            if (model.Config.EosTokenIds.Contains(next))
            {
                break;
            }

            tokens.Add(next);
            model.Step([session], [next], logits);
        }

        return encoder.Tokenizer.Decode(tokens);
    }

    private static string Before(string text, string stop) => text.IndexOf(stop, StringComparison.Ordinal) is >= 0 and var at ? text[..at] : text;

    private string Of(string name) => Path.Combine(_folder, name);

    private void WriteRows(string name, int rows, string question) => File.WriteAllLines(Of(name), Enumerable.Range(0, rows).Select(row =>
        JsonSerializer.Serialize(new { id = $"{name}-{row}", messages = new[] { new { role = "user", content = $"{question} {row}" }, new { role = "assistant", content = $"It is {row}" } } })));

    private void WriteShard()
    {
        List<TokenRow> rows = [.. Enumerable.Range(0, Rows).Select(row => Enumerable.Range(0, 12).Select(at => 32 + (((row * 7) + (at * 5)) % 90)).ToArray()).Select(ids => new TokenRow(ids, ids))];
        using var stream = File.Create(Of("test.safetensors"));
        TokenShard.Of(rows, [[.. Enumerable.Range(0, Rows)]]).Write(stream);
    }
}
