using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests.CommandLine;

public sealed class DoctorTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Doctor_OnEmbeddedDefaults_FindsNoProblemAndLeavesNothing()
    {
        var outcome = await LorameshProcess.RunAsync("doctor", "--data", _folder.Data, "--json");

        Assert.True(outcome.ExitCode == 0, outcome.Everything);
        Assert.Equal(0, outcome.Json.GetProperty("problems").GetInt32());
        string[] checks = ["settings", "store", "database", "machine", "disk", "libtorch", "gpu", "broker"];
        Assert.Equal(checks, outcome.Json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("check").GetString()));
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public async Task Doctor_WhereEverythingIsAway_NamesEachAndSaysWhatToDo()
    {
        var outcome = await LorameshProcess.RunWithAsync(
            new Dictionary<string, string>
            {
                ["LORAMESH_Trainer__Threads"] = "9999",
                ["LORAMESH_Storage__Kind"] = "s3",
                ["LORAMESH_Storage__S3__Endpoint"] = "http://127.0.0.1:1",
                ["LORAMESH_Storage__S3__AccessKey"] = "a",
                ["LORAMESH_Storage__S3__SecretKey"] = "not-to-be-shown",
                ["LORAMESH_Bus__Transport"] = "rabbitmq",
                ["LORAMESH_Bus__Host"] = "127.0.0.1",
                ["LORAMESH_Bus__Port"] = "1",
                ["LORAMESH_Bus__Username"] = "u",
                ["LORAMESH_Bus__Password"] = "not-to-be-shown",
                ["LORAMESH_Database__Kind"] = "postgresql",
                ["LORAMESH_Database__Host"] = "127.0.0.1",
                ["LORAMESH_Database__Port"] = "1",
                ["LORAMESH_Database__Username"] = "u",
                ["LORAMESH_Database__Password"] = "not-to-be-shown",
            },
            "doctor", "--data", _folder.Data, "--url", "http://127.0.0.1:1", "--json");

        Assert.Equal(1, outcome.ExitCode);
        var problems = outcome.Json.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("verdict").GetString() == "problem").ToList();
        string[] expected = ["settings", "store", "clock", "models", "database", "broker", "service 127.0.0.1:1"];
        Assert.Equal(expected, problems.Select(finding => finding.GetProperty("check").GetString()));
        Assert.All(problems, finding => Assert.NotEmpty(finding.GetProperty("action").GetString()!));
        Assert.Contains("Trainer:Threads is '9999'", problems[0].GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("not-to-be-shown", outcome.Everything, StringComparison.Ordinal);
    }
}
