using System.Text.Json;
using LoraMesh.CommandLine;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests;

/// <summary><c>loramesh gate try</c>: what another gate would have said, from the figures of then; nothing is changed.</summary>
[Collection(TrainedSuiteTests.Name)]
public sealed class GateTryTests(TrainedSuite trained) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("max_rows: 12\n", "promote", ExitCode.Done)]
    [InlineData("min_exact_match: 1.01\n", null, ExitCode.WrongCommand)]
    [InlineData("min_exact_match: 1.0\n", "refuse", ExitCode.Done)]
    public async Task GateTry_JudgesPastCandidatesByAnotherGate(string gate, string? wouldBe, int exitCode)
    {
        var before = await ChampionAsync();

        var outcome = await LorameshProcess.RunAsync("gate", "try", "--project", TrainedSuite.Project, "--gate", _folder.Write("gate.yaml", gate), "--url", trained.Suite.Address.ToString(), "--json");

        Assert.True(outcome.ExitCode == exitCode, outcome.Everything);
        Assert.Equal(before, await ChampionAsync());
        if (wouldBe is not null)
        {
            var first = outcome.Json.GetProperty("versions").EnumerateArray().Single(version => version.GetProperty("version").GetInt32() == 1);
            Assert.Equal(("promote", wouldBe), (first.GetProperty("was").GetString(), first.GetProperty("would_be").GetString()));
            Assert.Equal(JsonValueKind.Array, first.GetProperty("checks").ValueKind);
            Assert.NotEmpty(first.GetProperty("reason").GetString()!);
        }
    }

    private async Task<int?> ChampionAsync() =>
        (await trained.Suite.Client.ListAdaptersAsync(TrainedSuite.Project, default)).SingleOrDefault(adapter => adapter.Aliases.Contains("champion"))?.Version;
}
