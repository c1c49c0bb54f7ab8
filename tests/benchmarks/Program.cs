namespace LoraMesh.Benchmarks;

/// <summary>Runs one benchmark: <c>text</c>, <c>exact</c>, <c>load</c> or <c>train</c>. See README.md beside this file.</summary>
public static class Program
{
    /// <summary>Runs it.</summary>
    /// <returns>0 done, 2 the command was wrong.</returns>
    public static int Main(string[] args)
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
            default:
                Console.Error.WriteLine("Say which: text (encoding and rendering), exact (where Microsoft.ML.Tokenizers gives other ids), load (a model's first logits), train (LoRA beside autograd).");
                return 2;
        }
    }
}
