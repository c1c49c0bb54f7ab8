using System.CommandLine;
using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.EndToEndTests.CommandLine;

public sealed class CommandTreeTests
{
    public static TheoryData<string> Commands => new(Tree().Subcommands.Select(command => command.Name));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_OfEveryCommand_ShowsAnExampleThatParses(string name)
    {
        using var output = new StringWriter();

        Tree().Parse([name, "--help"]).Invoke(new InvocationConfiguration { Output = output });

        var example = output.ToString().Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith($"loramesh {name}", StringComparison.Ordinal) && !line.Contains('['));
        Assert.NotNull(example);
        Assert.Empty(Tree().Parse(example["loramesh ".Length..]).Errors);
    }

    [Theory]
    [InlineData("drop file.jsonl", "--project")]
    [InlineData("drop --project p", "FILE")]
    [InlineData("drop file.jsonl --project Upper", "lower-case")]
    [InlineData("drop file.jsonl --project -dash", "")]
    [InlineData("promote --project p --version 0", "count from 1")]
    [InlineData("promote --project p --version two", "two")]
    [InlineData("up --quiet-period -1", "0.1 to 86400")]
    [InlineData("up --quiet-period soon", "soon")]
    [InlineData("cancel run-0123456789ab", "--reason")]
    [InlineData("frobnicate", "frobnicate")]
    public void CommandLine_Wrong_IsRefusedWithWhatIsWrong(string line, string named)
    {
        var errors = Tree().Parse(line).Errors;

        Assert.NotEmpty(errors);
        Assert.Contains(errors, error => error.Message.Contains(named, StringComparison.Ordinal));
    }

    private static RootCommand Tree() => CommandTree.Create(new Screen(json: false, TextWriter.Null, TextWriter.Null));
}
