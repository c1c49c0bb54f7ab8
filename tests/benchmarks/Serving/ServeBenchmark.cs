using System.Globalization;
using System.Text.Json;
using LoraMesh.Model;

namespace LoraMesh.Benchmarks.Serving;

/// <summary>
/// The inference service beside llama-server, on the same random model: requests of 128 tokens in and 128 out over HTTP, eight together
/// over the base, over one adapter and over eight, and one alone; and a thousand adapters beside one. Turns alternate; figures are
/// medians of the servers' processor time.
/// </summary>
internal static class ServeBenchmark
{
    private const int Together = 8;
    private const int Thousand = 1000;
    private const int ThousandRequests = 40;
    private const int NewTokens = 128;

    private static readonly string[] Everywhere = ["all-linear"];
    private static readonly string[] QueryAndValue = ["q_proj", "v_proj"];

    /// <summary>Runs it, or with <c>--contender</c> the service alone.</summary>
    /// <returns>0 done, 2 the command was wrong.</returns>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--contender", var folder, var port, var serviceThreads, var servicePrecision])
        {
            await ServingContender.RunAsync(folder, port, serviceThreads, servicePrecision);
            return 0;
        }

        var (json, threads, rounds, precision, llama, many) = (false, 1, 5, "bf16", (string?)null, true);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--json":
                    json = true;
                    break;
                case "--few":
                    many = false;
                    break;
                case "--threads" when i + 1 < arguments.Length && int.TryParse(arguments[i + 1], out threads) && threads > 0:
                case "--rounds" when i + 1 < arguments.Length && int.TryParse(arguments[i + 1], out rounds) && rounds > 0:
                    i++;
                    break;
                case "--precision" when i + 1 < arguments.Length && arguments[i + 1] is "exact" or "bf16" or "int8":
                    precision = arguments[++i];
                    break;
                case "--llama-server" when i + 1 < arguments.Length && File.Exists(arguments[i + 1]):
                    llama = Path.GetFullPath(arguments[++i]);
                    break;
                default:
                    Console.Error.WriteLine($"serve [--llama-server PATH] [--precision exact|bf16|int8] [--threads N] [--rounds N] [--few] [--json]: '{arguments[i]}' is not understood.");
                    return 2;
            }
        }

        TorchRuntime.Initialize(threads: 1);
        using var store = await ServedStore.CreateAsync();
        var adapters = new List<string>();
        for (var i = 0; i < Together; i++)
        {
            adapters.Add(await store.AddAdapterAsync($"a{i}", i, ServedStore.Rank, Everywhere));
        }

        for (var i = 0; many && i < Thousand; i++)
        {
            await store.AddAdapterAsync($"m{i}", Together + i, ServedStore.Rank, QueryAndValue);
        }

        var sides = new List<ServingSide> { await OwnAsync(store, threads, precision, "own") };
        try
        {
            foreach (var type in llama is null ? [] : (string[])["f16", "q8_0"])
            {
                sides.Add(await LlamaAsync(store, llama!, type, adapters, threads));
            }

            await MeasureAsync(sides, rounds);
            double? thousand = many ? await ThousandAsync(sides[0], rounds) : null;
            Report(sides, thousand, precision, threads, json);
        }
        finally
        {
            sides.ForEach(side => side.Dispose());
        }

        return 0;
    }

    private static async Task MeasureAsync(List<ServingSide> sides, int rounds)
    {
        for (var round = -1; round < rounds; round++)
        {
            foreach (var setting in ServingSide.Settings)
            {
                foreach (var side in sides)
                {
                    await side.TurnAsync(setting, count: round >= 0);
                }
            }
        }
    }

    // Tokens a processor second with a thousand adapters in Zipf's proportions, as a share of those with one.
    private static async Task<double> ThousandAsync(ServingSide side, int rounds)
    {
        var random = new Random(2);
        var weights = Enumerable.Range(1, Thousand).Select(rank => 1.0 / rank).ToArray();
        var (one, all) = (new double[rounds], new double[rounds]);
        for (var round = -1; round < rounds; round++)
        {
            var alone = await side.Load.TurnAsync([.. Enumerable.Repeat((int?)Together, ThousandRequests)], NewTokens, Together);
            var mixed = await side.Load.TurnAsync([.. Enumerable.Range(0, ThousandRequests).Select(_ => (int?)(Together + Draw()))], NewTokens, Together);
            if (round >= 0)
            {
                (one[round], all[round]) = (alone.Cpu / alone.Tokens, mixed.Cpu / mixed.Tokens);
            }
        }

        return Interleaved.Median(one) / Interleaved.Median(all);

        int Draw()
        {
            var left = random.NextDouble() * weights.Sum();
            var index = 0;
            while (index < Thousand - 1 && (left -= weights[index]) > 0)
            {
                index++;
            }

            return index;
        }
    }

    private static async Task<ServingSide> OwnAsync(ServedStore store, int threads, string precision, string name)
    {
        string[] own = ["serve", "--contender", store.Folder];
        var program = Environment.ProcessPath!;
        string[] first = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase) ? [typeof(ServeBenchmark).Assembly.Location, .. own] : own;
        var server = await ServedProcess.StartAsync(program, port => [.. first, $"{port}", $"{threads}", precision], store.Folder, $"/v1/models/{ServedStore.ModelName}");
        var load = new ServingLoad(
            server,
            ask => ("/v1/completions", new { model = Model(ask.Adapter), prompt = ask.Prompt, max_tokens = ask.MaxTokens, temperature = 0 }),
            answer => answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        return new ServingSide(name, server, load);

        static string Model(int? adapter) => adapter is null ? ServedStore.ModelName : adapter < Together ? $"a{adapter}" : $"m{adapter - Together}";
    }

    // Each request says the scale of every adapter; a list that is left out stands for the scales of the start.
    private static async Task<ServingSide> LlamaAsync(ServedStore store, string program, string type, List<string> adapters, int threads)
    {
        var model = store.ExportBase(type);
        var files = adapters.ConvertAll(store.ExportAdapter);
        var server = await ServedProcess.StartAsync(
            program,
            port =>
            [
                "--model", model, "--lora", string.Join(',', files), "--lora-init-without-apply", "--host", "127.0.0.1", "--port", $"{port}",
                "--threads", $"{threads}", "--threads-batch", $"{threads}", "--parallel", $"{Together}", "--ctx-size", $"{Together * 512}", "--no-webui",
            ],
            store.Folder,
            "/health");
        var load = new ServingLoad(
            server,
            ask => ("/completion", new
            {
                prompt = ask.Prompt,
                n_predict = ask.MaxTokens,
                temperature = 0,
                ignore_eos = true,
                cache_prompt = false,
                lora = Enumerable.Range(0, Together).Select(id => new { id, scale = id == ask.Adapter ? 1.0 : 0.0 }),
            }),
            answer => answer.GetProperty("tokens_predicted").GetInt32());
        return new ServingSide("llama-server " + type, server, load);
    }

    private static void Report(List<ServingSide> sides, double? thousand, string precision, int threads, bool json)
    {
        var own = sides[0];
        // What a step of one sequence must read, at least: every matrix but the embedding.
        var bytes = ServedStore.Shape.MatmulWeights * (precision == "int8" ? 1.0 : 2.0);
        var bandwidth = ReadBandwidth.Measure((long)bytes);
        var roofline = bytes / bandwidth / own.SingleStep;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ServedStore.Shape.MatmulWeights / 1e6:0} M weights a token, precision {precision}, {threads} thread(s), {Together} requests of {ServingLoad.PromptLength} tokens in and {NewTokens} out; ms of processor time a new token (tokens/s)"));
        foreach (var side in sides)
        {
            Console.WriteLine($"  {side.Name,-18}{string.Join("  ", ServingSide.Settings.Select(setting => string.Create(CultureInfo.InvariantCulture, $"{setting} {side.Cpu(setting) * 1000:0.00} ({side.Speed(setting):0})")))}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  reading memory {bandwidth / 1e9:0.0} GB/s; a step of one sequence {own.SingleStep * 1000:0.00} ms, {roofline:0.0 %} of what that allows{(thousand is { } share ? $"; a thousand adapters {share:0.00} of one" : "")}"));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                precision,
                threads,
                tokens_per_second = ServingSide.Settings.ToDictionary(setting => setting, own.Speed),
                cpu_seconds_per_token = ServingSide.Settings.ToDictionary(setting => setting, own.Cpu),
                different_vs_shared = own.Cpu("shared") / own.Cpu("different"),
                roofline_share = roofline,
                thousand_vs_one = thousand,
                vs_llama_server_f16 = Against(1, "different"),
                vs_llama_server_q8_0 = Against(2, "different"),
                single_vs_llama_server_f16 = Against(1, "single"),
                single_vs_llama_server_q8_0 = Against(2, "single"),
            }));
        }

        double? Against(int side, string setting) => side < sides.Count ? sides[side].Cpu(setting) / own.Cpu(setting) : null;
    }
}
