using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests.AirGap;

/// <summary>The whole suite where there is no network: it must not only work, it must not even try.</summary>
public sealed class ZeroEgressTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly NetworkTrace _trace;

    public ZeroEgressTests() => _trace = new NetworkTrace(_folder.Write("reached.txt", ""));

    public void Dispose() => _folder.Dispose();

    [SealedFact]
    public async Task Demo_WithoutANetwork_EndsPromotedAndReachesForNothingButItself()
    {
        var tickets = _folder.WriteTickets(rows: 200, Configs.Quick)[0];

        var outcome = await RunAsync("demo", "--json", "--exit", "--data", _folder.Data, "--sample", Path.GetDirectoryName(tickets)!);

        Assert.True(outcome.ExitCode == 0, outcome.Everything);
        Assert.Equal("promoted", outcome.Json.GetProperty("state").GetString());
        Assert.All(outcome.Json.GetProperty("questions").EnumerateArray(), question => Assert.NotEmpty(question.GetProperty("adapter").GetString()!));
        var suite = new Uri(outcome.Json.GetProperty("urls").GetProperty("suite").GetString()!);
        var reached = _trace.Read();
        // The command is a client of its own suite, so something must have been seen.
        Assert.Contains(reached, place => place.Port == suite.Port && place.IsLoopback);
        Assert.DoesNotContain(reached, place => place.IsNameLookUp);
        Assert.DoesNotContain(reached, place => place.Family != "inet" || place.Port != suite.Port || !place.IsLoopback);
    }

    // That the test above can fail: whoever is told a name is seen to look it up.
    [SealedFact]
    public async Task Command_ToldAName_IsSeenToLookItUp()
    {
        var outcome = await RunAsync("runs", "--url", "http://suite.example:8080");

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(_trace.Read(), place => place.IsNameLookUp);
    }

    [SealedFact]
    public async Task Command_ToldAnAddress_IsSeenToTryIt()
    {
        await RunAsync("runs", "--url", "http://192.0.2.1:8080");

        Assert.Contains(_trace.Read(), place => place is { Address: "192.0.2.1", Port: 8080, IsLoopback: false });
    }

    private Task<CommandOutcome> RunAsync(params string[] arguments) =>
        LorameshProcess.RunUnderAsync([.. SealedNetwork.Launcher, .. _trace.Launcher], arguments);
}
