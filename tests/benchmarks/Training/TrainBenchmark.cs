using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LoraMesh.Benchmarks.Training;

/// <summary>
/// LoRA training beside the plain autograd loop on the same libtorch and beside the machine's own matrix products: a step of
/// each in turn, medians of processor time, ratios.
/// </summary>
internal static class TrainBenchmark
{
    private const int WarmUps = 1;

    private static readonly Dictionary<string, RandomLlama> Models = new()
    {
        ["110M"] = new RandomLlama(Hidden: 768, Inner: 2048, Layers: 12, Heads: 12, KeyHeads: 4, Vocabulary: 8192),
        ["25M"] = new RandomLlama(Hidden: 512, Inner: 1408, Layers: 6, Heads: 8, KeyHeads: 4, Vocabulary: 8192),
    };

    private static readonly string[] Contenders = ["own", "autograd", "short", "padded", "peak"];

    /// <summary>Runs all of it, or with <c>--contender</c> one side.</summary>
    /// <returns>0 done, 2 the command was wrong.</returns>
    internal static int Run(ReadOnlySpan<string> arguments)
    {
        var (json, threads, rounds) = (false, 1, 5);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--json":
                    json = true;
                    break;
                case "--threads" when i + 1 < arguments.Length && int.TryParse(arguments[i + 1], out threads) && threads > 0:
                case "--rounds" when i + 1 < arguments.Length && int.TryParse(arguments[i + 1], out rounds) && rounds > 0:
                    i++;
                    break;
                case "--contender" when arguments.Length == i + 5 && Models.TryGetValue(arguments[i + 2], out var model):
                    TrainingContender.Run(arguments[i + 1], model, arguments[i + 3], int.Parse(arguments[i + 4], CultureInfo.InvariantCulture));
                    return 0;
                default:
                    Console.Error.WriteLine($"train [--json] [--threads N] [--rounds N]: '{arguments[i]}' is not understood.");
                    return 2;
            }
        }

        foreach (var (name, model) in Models)
        {
            Measure(name, model, threads, rounds, json);
        }

        return 0;
    }

    private static void Measure(string name, RandomLlama model, int threads, int rounds, bool json)
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-train-").FullName;
        try
        {
            model.Write(folder);
            var sides = Contenders.ToDictionary(contender => contender, contender => new Side(contender, name, folder, threads));
            for (var round = -WarmUps; round < rounds; round++)
            {
                foreach (var side in sides.Values)
                {
                    side.Turn(count: round >= 0);
                }
            }

            foreach (var side in sides.Values)
            {
                side.Dispose();
            }

            Report(name, model, threads, sides, json);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Report(string name, RandomLlama model, int threads, Dictionary<string, Side> sides, bool json)
    {
        var peak = TrainingContender.PeakOperations(model) / sides["peak"].Cpu;
        var share = sides["own"].TokensPerCpuSecond * OperationsPerToken(model) / peak;
        Console.WriteLine($"{name}: hidden {model.Hidden}, {model.Layers} layers, {TrainingContender.Rows} × {TrainingContender.Width} tokens, rank {TrainingContender.Rank} on all linear layers, {threads} thread(s)");
        foreach (var side in sides.Values.Where(side => side.Name != "peak"))
        {
            Console.WriteLine($"  {side.Name,-9}{side.TokensPerCpuSecond,8:0} tokens per processor second {side.TokensPerSecond,8:0} tokens/s {side.PeakBytes / 1e9,6:0.00} GB at most");
        }

        Console.WriteLine($"  {"peak",-9}{peak / 1e9,8:0} GFLOP per processor second of bf16 products; own reaches {share:0.0 %}, with {OperationsPerToken(model) / 1e6:0} MFLOP a token");
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    model = name,
                    threads,
                    tokens_per_second = sides["own"].TokensPerSecond,
                    tokens_per_cpu_second = sides["own"].TokensPerCpuSecond,
                    peak_memory_bytes = sides["own"].PeakBytes,
                    share_of_peak = share,
                    speed_vs_autograd = sides["own"].TokensPerCpuSecond / sides["autograd"].TokensPerCpuSecond,
                    memory_vs_autograd = (double)sides["own"].PeakBytes / sides["autograd"].PeakBytes,
                    short_rows_vs_padded = sides["short"].TokensPerCpuSecond / sides["padded"].TokensPerCpuSecond,
                }));
        }
    }

    // Forward and the gradient of the input for frozen weights, that of the weight too for the adapter; causal attention over
    // half of the window on average, three times its forward pass. What is computed anew in the backward pass is not counted.
    private static double OperationsPerToken(RandomLlama model)
    {
        var adapter = model.Linears().Sum(linear => (long)TrainingContender.Rank * (linear.In + linear.Out));
        var attention = 3.0 * 2 * 2 * (TrainingContender.Width / 2) * model.Hidden * model.Layers;
        return 4.0 * model.MatmulWeights + 6.0 * adapter + attention;
    }

    private sealed class Side : IDisposable
    {
        private readonly Process _process;
        private readonly List<double> _wall = [];
        private readonly List<double> _cpu = [];
        private int _tokens;

        internal Side(string name, string model, string folder, int threads)
        {
            Name = name;
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
            foreach (var argument in (string[])[typeof(TrainBenchmark).Assembly.Location, "train", "--contender", name, model, folder, $"{threads}"])
            {
                start.ArgumentList.Add(argument);
            }

            if (!Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            {
                start.ArgumentList.RemoveAt(0);
            }

            _process = Process.Start(start)!;
        }

        internal string Name { get; }

        internal double Cpu => Interleaved.Median([.. _cpu]);

        internal double TokensPerCpuSecond => _tokens / Cpu;

        internal double TokensPerSecond => _tokens / Interleaved.Median([.. _wall]);

        internal long PeakBytes { get; private set; }

        internal void Turn(bool count)
        {
            _process.StandardInput.WriteLine();
            _process.StandardInput.Flush();
            var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"'{Name}' ended; its message is above.");
            var figures = answer.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
            (_tokens, PeakBytes) = ((int)figures[0], (long)figures[3]);
            if (count)
            {
                _wall.Add(figures[1]);
                _cpu.Add(figures[2]);
            }
        }

        public void Dispose()
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
