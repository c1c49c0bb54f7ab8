namespace LoraMesh.Benchmarks.Serving;

/// <summary>One server and what its turns took.</summary>
internal sealed class ServingSide(string name, ServedProcess server, ServingLoad load) : IDisposable
{
    private const int Together = 8;
    private const int NewTokens = 128;
    private const string First = "first";

    private readonly Dictionary<string, List<Turn>> _turns = [];

    /// <summary>What is asked, in this order.</summary>
    internal static IReadOnlyList<string> Settings { get; } = ["base", "shared", "different", "single"];

    internal string Name => name;

    internal ServingLoad Load => load;

    /// <summary>Processor seconds of one more token of one sequence over the base, reading the prompt left out.</summary>
    internal double SingleStep => (Median("single", turn => turn.Cpu) - Median(First, turn => turn.Cpu)) / (NewTokens - 1);

    /// <summary>Processor seconds of a new token, its share of the prompt's included.</summary>
    internal double Cpu(string setting) => Median(setting, turn => turn.Cpu / turn.Tokens);

    /// <summary>New tokens a second in all.</summary>
    internal double Speed(string setting) => Median(setting, turn => turn.Tokens / turn.Wall);

    internal async Task TurnAsync(string setting, bool count)
    {
        var adapters = Enumerable.Range(0, setting == "single" ? 1 : Together).Select(i => setting switch { "shared" => 0, "different" => i, _ => (int?)null }).ToList();
        Keep(setting, await load.TurnAsync(adapters, NewTokens, Together), count);
        if (setting == "single")
        {
            Keep(First, await load.TurnAsync(adapters, 1, 1), count);
        }
    }

    public void Dispose() => server.Dispose();

    private void Keep(string setting, Turn turn, bool count)
    {
        if (count)
        {
            _turns.TryAdd(setting, []);
            _turns[setting].Add(turn);
        }
    }

    private double Median(string setting, Func<Turn, double> figure) => Interleaved.Median([.. _turns[setting].Select(figure)]);
}
