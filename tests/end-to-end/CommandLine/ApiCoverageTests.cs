using System.Text.Json;
using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.EndToEndTests.Packages;

namespace LoraMesh.EndToEndTests.CommandLine;

/// <summary>Everything that the API can do, the command line can do, also the small one that is installed as a tool.</summary>
public sealed class ApiCoverageTests
{
    private static readonly Dictionary<string, string> Commands = new()
    {
        ["putDrop"] = "drop rows.jsonl --project p",
        ["getDrop"] = "drop rows.jsonl --project p --wait",
        ["followRun"] = "follow run-0123456789ab",
        ["listRuns"] = "runs --project p --limit 10",
        ["getRun"] = "runs run-0123456789ab",
        ["getReport"] = "report run-0123456789ab",
        ["getEvaluation"] = "evaluation run-0123456789ab",
        ["cancelRun"] = "cancel run-0123456789ab --reason why",
        ["approveRun"] = "approve run-0123456789ab --by Ada --reason why",
        ["rejectRun"] = "reject run-0123456789ab --by Ada --reason why",
        ["listAdapters"] = "adapters --project p",
        ["promoteAdapter"] = "promote --project p --version 1",
        ["rollBackAdapter"] = "rollback --project p",
        ["setTag"] = "tag stage=gold --project p --version 1",
        ["removeTag"] = "tag stage --project p --version 1",
        ["setAlias"] = "alias canary --project p --version 1",
        ["removeAlias"] = "alias canary --project p",
        ["getLineage"] = "lineage --project p --version 1",
        ["listAudit"] = "audit list --limit 10",
        ["verifyAudit"] = "audit verify",
        ["exportRegistry"] = "export --out registry.jsonl",
        ["collectGarbage"] = "gc --dry-run",
        ["listQuarantine"] = "quarantine list",
        ["getQuarantined"] = "quarantine show 0123456789abcdef",
        ["replayQuarantined"] = "quarantine replay 0123456789abcdef",
        ["discardQuarantined"] = "quarantine discard 0123456789abcdef",
        ["listKeys"] = "keys list",
        ["createKey"] = "keys create --name billing",
        ["revokeKey"] = "keys revoke 0123456789ab",
        ["listWebhooks"] = "webhooks list",
        ["testWebhook"] = "webhooks test chat",
    };

    [Fact]
    public void EveryOperation_HasACommand()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(PackageGraph.Root(), "docs", "openapi.json")));
        var operations = document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value.GetProperty("operationId").GetString()!);

        Assert.Equal(operations.Order(StringComparer.Ordinal), Commands.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryCommand_Parses_InTheWholeProgramAndInTheTool_AndSpeaksJson()
    {
        var screen = new Screen(json: false, TextWriter.Null, TextWriter.Null);
        foreach (var tree in new[] { CommandTree.Create(screen), CommandRoot.Create("", CommandRoot.SuiteCommands(screen)) })
        {
            Assert.All(Commands.Values, line => Assert.Empty(tree.Parse(line + " --json --url http://127.0.0.1:1").Errors));
        }
    }

    [Fact]
    public void NoOption_TakesASecret_SinceOthersOnTheMachineSeeCommandLines()
    {
        var options = CommandRoot.SuiteCommands(new Screen(json: false, TextWriter.Null, TextWriter.Null)).SelectMany(WithChildren).SelectMany(command => command.Options).Select(option => option.Name).Distinct().ToList();

        Assert.True(options.Count > 15);
        Assert.DoesNotContain(options, option => option.Contains("key", StringComparison.Ordinal) || option.Contains("secret", StringComparison.Ordinal) || option.Contains("password", StringComparison.Ordinal) || option.Contains("bearer", StringComparison.Ordinal));

        static IEnumerable<System.CommandLine.Command> WithChildren(System.CommandLine.Command command) => command.Subcommands.SelectMany(WithChildren).Prepend(command);
    }

    [Theory]
    [InlineData("runs --limit 0")]
    [InlineData("audit list --limit 1001")]
    [InlineData("completion powershell")]
    [InlineData("ask question")]
    [InlineData("export")]
    public void CommandLine_Wrong_IsRefused(string line) => Assert.NotEmpty(CommandRoot.Create("", CommandRoot.SuiteCommands(new Screen(json: false, TextWriter.Null, TextWriter.Null))).Parse(line).Errors);
}
