using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine.Display;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests.Documentation;

/// <summary>What README and documentation tell people to type works as it stands.</summary>
[Collection(TrainedSuiteTests.Name)]
public sealed partial class ReadmeTests(TrainedSuite trained)
{
    private const string ByProject = "dotnet run -c Release --project services/all-in-one -- ";

    public static TheoryData<string, string> Commands
    {
        get
        {
            var commands = new TheoryData<string, string>();
            foreach (var page in Pages())
            {
                foreach (var line in File.ReadLines(page).Select(line => line.Trim().Replace(ByProject, "loramesh ", StringComparison.Ordinal)).Where(line => line.StartsWith("loramesh ", StringComparison.Ordinal)))
                {
                    commands.Add(Path.GetFileName(page), line["loramesh ".Length..]);
                }
            }

            return commands;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_OfADocument_IsUnderstood(string page, string line)
    {
        // A list of commands says after three blanks what each does; what it needs is left out there.
        var parts = Explanation().Split(line, 2);

        var parsed = CommandTree.Create(new Screen(json: false, TextWriter.Null, TextWriter.Null)).Parse(parts[0]);

        Assert.True(parsed.CommandResult.Command is not System.CommandLine.RootCommand, $"{page}: no command of '{line}' exists");
        Assert.True(parts.Length == 2 || parsed.Errors.Count == 0, $"{page}: '{line}': {string.Join(' ', parsed.Errors.Select(error => error.Message))}");
    }

    [Fact]
    public async Task Readme_HowToAsk_IsAnsweredByARunningSuite()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Root, "README.md"));
        var (address, body) = (Curl().Match(readme).Groups["path"].Value, Curl().Match(readme).Groups["body"].Value);
        Assert.Equal("/v1/chat/completions", address);
        using var http = new HttpClient { BaseAddress = trained.Suite.Address };
        using var content = new StringContent(body.Replace("\"answers\"", $"\"{TrainedSuite.Project}\"", StringComparison.Ordinal), Encoding.UTF8, "application/json");

        using var answer = await http.PostAsync(address, content);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    private static string Root { get; } = FindRoot();

    private static IEnumerable<string> Pages() => Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Where(page => !page.EndsWith(".received.md", StringComparison.Ordinal)).Append(Path.Combine(Root, "README.md")).Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "LoraMesh.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie below the repository.");
        }

        return folder;
    }

    [GeneratedRegex(" {3,}")]
    private static partial Regex Explanation();

    [GeneratedRegex(@"curl http://127\.0\.0\.1:8080(?<path>/\S+) -H '[^']+' \\\s+-d '(?<body>\{.*\})'")]
    private static partial Regex Curl();
}
