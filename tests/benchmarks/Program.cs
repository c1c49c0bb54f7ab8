namespace LoraMesh.Benchmarks;

/// <summary>Runs one benchmark: <c>text</c>, <c>exact</c>, <c>load</c>, <c>train</c>, <c>eval</c>, <c>kill</c>, <c>memory</c>, <c>jobs</c>, <c>steady</c>, <c>full</c>, <c>prep-rows</c>, <c>prep</c>, <c>ledger</c> or <c>serve</c>. See README.md beside this file.</summary>
public static class Program
{
    /// <summary>Runs it.</summary>
    /// <returns>0 done, 2 the command was wrong.</returns>
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["text"]:
                TextBenchmark.Run();
                return 0;
            case ["exact"]:
                ExactnessCount.Run();
                return 0;
            case ["load"]:
                LoadBenchmark.Run();
                return 0;
            case ["train", ..]:
                return Training.TrainBenchmark.Run(args.AsSpan(1));
            case ["eval", var model, var dataset, .. var adapters] when adapters.Length <= 2:
                EvalBenchmark.Run(model, dataset, adapters);
                return 0;
            case ["kill", ..]:
                return await Training.KillBenchmark.RunAsync(args.AsMemory(1));
            case ["memory", ..]:
                return Training.MemoryBenchmark.Run(args.AsSpan(1));
            case ["jobs", ..]:
                return Training.JobsBenchmark.Run(args.AsSpan(1));
            case ["full", ..]:
                return Training.FullBenchmark.Run(args[1..]);
            case ["steady"] or ["steady", "--json"]:
                Training.SteadyBenchmark.Run(json: args.Length == 2);
                return 0;
            case ["prep-rows", var path, var megabytes] when int.TryParse(megabytes, out var size) && size > 0:
                PrepBenchmark.Write(path, size);
                return 0;
            case ["prep", var path, var model]:
                PrepBenchmark.Run(path, model, everything: false);
                return 0;
            case ["prep", var path, var model, "--all"]:
                PrepBenchmark.Run(path, model, everything: true);
                return 0;
            case ["serve", ..]:
                return await Serving.ServeBenchmark.RunAsync(args[1..]);
            case ["dashboard"]:
                await DashboardBenchmark.RunAsync();
                return 0;
            case ["ledger"]:
                await LedgerBenchmark.RunAsync();
                return 0;
            default:
                Console.Error.WriteLine("Say which: text (encoding and rendering), exact (where Microsoft.ML.Tokenizers gives other ids), load (a model's first logits), train (LoRA beside autograd), eval MODEL DATASET [ADAPTER [ADAPTER]] (loss and answers of the base and of adapters together), kill (a training that is killed beside one that is not), memory (what a training says it needs beside what it takes), jobs (four trainings on one base beside one), steady (2,000 steps), full MODEL ROWS STEPS (LoRA beside full fine-tuning), prep-rows FILE MEGABYTES (writes chats), prep FILE MODEL [--all] (prepares them), ledger (control by past runs), serve [--llama-server PATH] (the inference service, beside llama-server).");
                return 2;
        }
    }
}
