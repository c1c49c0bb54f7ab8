using System.Diagnostics;
using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.Evaluator.Contest;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.Benchmarks;

/// <summary>Losses and greedy answers of a base and of adapters over one copy of it, as the evaluator measures them; <c>eval_reference.py</c> does the same with transformers.</summary>
internal static class EvalBenchmark
{
    private const int Rows = 120;
    private const int WarmRows = 8;
    private const int MaxNewTokens = 48;

    /// <summary>Measures once and prints one JSON object.</summary>
    /// <param name="modelFolder">Base model as a Hugging Face folder.</param>
    /// <param name="dataset">Folder that <c>loramesh prep</c> wrote.</param>
    /// <param name="adapters">PEFT folders that are measured together with the base; none for the base alone.</param>
    internal static void Run(string modelFolder, string dataset, string[] adapters)
    {
        TorchRuntime.Initialize(int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), CultureInfo.InvariantCulture, out var threads) ? threads : null);
        // What is compiled at first use is not measured, as the script's imports are not: an evaluator lives for many evaluations.
        Measure(modelFolder, dataset, adapters, WarmRows);
        Console.WriteLine(Measure(modelFolder, dataset, adapters, Rows));
    }

    private static string Measure(string modelFolder, string dataset, string[] adapters, int asked)
    {
        var (wall, processor) = (Stopwatch.StartNew(), Processor());
        using var model = CausalLm.LoadForServing(modelFolder);
        var loaded = adapters.Select(folder => LoraAdapter.Load(folder, model.Config)).ToList();
        var encoder = ChatEncoder.Load(modelFolder);

        // A filter asks for whole answers: none is cut short for its reference, as none is in the script.
        var config = new EvaluationConfig { MaxRows = asked, MaxNewTokens = MaxNewTokens, Filter = new AnswerFilterConfig { RegexPattern = "(?s).*" } };
        var shard = TokenShard.Read(Path.Combine(dataset, "test.safetensors"));
        var rows = HeldOutRows.Read(Path.Combine(dataset, "test.jsonl"), null, encoder, model.Config.MaxPositionEmbeddings, config).ToList();
        List<Contestant> contestants = [new("base", null, shard.Rows, rows.Count), .. loaded.Select((adapter, index) => new Contestant($"adapter {index + 1}", adapter, shard.Rows, rows.Count))];
        var loading = Processor() - processor;
        var losses = LossRow.All(shard);
        var supervised = losses.Sum(row => row.Places.Length);
        RowContest.Run(model, encoder.Tokenizer, [], rows, losses, contestants, _ => { }, CancellationToken.None);
        var right = string.Join(", ", contestants.Select(contestant => rows.Where((row, index) => contestant.Answers[index]!.Trim() == row.Reference.Trim()).Count()));
        var means = string.Join(", ", contestants.Select(contestant => (contestant.Losses.Sum() / supervised).ToString("F4", CultureInfo.InvariantCulture)));
        loaded.ForEach(adapter => adapter.Dispose());
        return string.Create(CultureInfo.InvariantCulture, $"{{\"seconds\": {wall.Elapsed.TotalSeconds:F2}, \"cpu_seconds\": {(Processor() - processor).TotalSeconds:F2}, \"cpu_loading\": {loading.TotalSeconds:F2}, \"peak_mib\": {ProcessMemory.Peak / 1048576}, \"rows\": {rows.Count}, \"losses\": [{means}], \"right\": [{right}]}}");
    }

    private static TimeSpan Processor() => Process.GetCurrentProcess().TotalProcessorTime;
}
