using System.Diagnostics;
using System.Text.Json;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.EndToEndTests.CommandLine;

public sealed class CurlLineTests
{
    [Theory]
    [InlineData("What's up with \"order\" $HOME `id`?")]
    [InlineData("two\nlines and a \\ backslash, é ✓")]
    public async Task CurlLine_InAShell_KeepsTheQuestionAsItIs(string question)
    {
        var messages = JsonSerializer.SerializeToElement(new[] { new { role = "user", content = question } });
        var line = CurlLine.Make("http://127.0.0.1:8080/v1", "tickets", messages);

        // The shell prints the words it would give to curl, one a line; the last is the body.
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"set -- {line}; for word; do printf '%s\\n' \"$word\"; done"]) { RedirectStandardOutput = true })!;
        var words = (await shell.StandardOutput.ReadToEndAsync()).TrimEnd('\n').Split('\n');
        await shell.WaitForExitAsync();

        Assert.Equal("http://127.0.0.1:8080/v1/chat/completions", words[2]);
        var body = JsonSerializer.Deserialize<JsonElement>(words[^1]);
        Assert.Equal("tickets", body.GetProperty("model").GetString());
        Assert.Equal(question, body.GetProperty("messages")[0].GetProperty("content").GetString());
    }
}
