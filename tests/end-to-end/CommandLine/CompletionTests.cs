using System.Diagnostics;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests.CommandLine;

/// <summary>What shells ask the program for, and one shell that does.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("loramesh ru", "runs")]
    [InlineData("loramesh quarantine re", "replay")]
    [InlineData("loramesh runs --pro", "--project")]
    [InlineData("loramesh keys create --role ", "operator")]
    public async Task Program_AskedByAShell_SaysWhatFits(string line, string expected)
    {
        var answer = await LorameshProcess.RunAsync($"[suggest:{line.Length}]", line);

        Assert.Contains(expected, answer.Output.Select(word => word.Trim()));
    }

    [Theory]
    [InlineData("loramesh quarantine disc", "discard")]
    [InlineData("loramesh completion ", "fish")]
    public async Task Bash_WithTheScript_CompletesWords(string line, string expected)
    {
        var script = string.Join('\n', (await LorameshProcess.RunAsync("completion", "bash")).Output);
        var words = line.Split(' ');
        var test = $$"""
            loramesh() { "$LORAMESH_DOTNET" "$LORAMESH_DLL" "$@"; }
            {{script}}
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{string.Join(' ', words.Select(word => $"'{word}'"))}}) COMP_CWORD={{words.Length - 1}}
            _loramesh
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", test])
        {
            RedirectStandardOutput = true,
            Environment = { ["LORAMESH_DOTNET"] = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["LORAMESH_DLL"] = Path.Combine(AppContext.BaseDirectory, "loramesh.dll") },
        })!;
        var found = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();

        Assert.Contains(expected, found.Split('\n'));
    }
}
