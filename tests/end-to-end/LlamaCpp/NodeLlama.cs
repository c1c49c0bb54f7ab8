using System.Diagnostics;
using System.Text.Json;

namespace LoraMesh.EndToEndTests.LlamaCpp;

/// <summary>
/// node-llama-cpp, llama.cpp as the npm registry has it ready built: a client that shares no code with this project. A person
/// installs it with <c>npm install --ignore-scripts --omit=optional node-llama-cpp@3.22.1 @node-llama-cpp/linux-x64@3.22.1</c>
/// and names the folder in LORAMESH_NODE_LLAMA; LORAMESH_NODE names the node to run (version 20 or newer) if it is not the
/// one on the path.
/// </summary>
internal static class NodeLlama
{
    private const string FolderVariable = "LORAMESH_NODE_LLAMA";

    /// <summary>Why it cannot be used here; null where it can.</summary>
    internal static string? Absence { get; } =
        Environment.GetEnvironmentVariable("LORAMESH_NO_NODE_LLAMA") is { Length: > 0 } said ? said
        : Folder is not { Length: > 0 } folder ? $"node-llama-cpp is not installed ({FolderVariable} names no folder)"
        : !Directory.Exists(Path.Combine(folder, "node_modules", "node-llama-cpp")) ? $"{FolderVariable} is {folder}, which has no node_modules/node-llama-cpp"
        : null;

    private static string? Folder => Environment.GetEnvironmentVariable(FolderVariable);

    /// <summary>Continues one list of ids greedily and gives the new ids.</summary>
    internal static async Task<int[]> ContinueAsync(string model, string? adapter, IReadOnlyList<int> prompt, int count) =>
        (await ContinueAsync(model, adapter is null ? [] : [new Adapter(adapter, 1)], [prompt], count))[0];

    /// <summary>Continues each list of ids greedily, by itself, under all the adapters at once.</summary>
    internal static async Task<int[][]> ContinueAsync(string model, IReadOnlyList<Adapter> adapters, IReadOnlyList<IReadOnlyList<int>> prompts, int count)
    {
        // A script finds packages from where it lies.
        var script = Path.Combine(Folder!, "loramesh-continue.mjs");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "LlamaCpp", "continue.mjs"), script, overwrite: true);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("LORAMESH_NODE") ?? "node") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[script, model, JsonSerializer.Serialize(adapters, JsonSerializerOptions.Web), JsonSerializer.Serialize(prompts), $"{count}"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"node ended with {process.ExitCode}: {output}\n{await errors}");
        return JsonSerializer.Deserialize<int[][]>(output.TrimEnd().Split('\n')[^1])!;
    }

    /// <summary>A GGUF adapter and how strongly it counts.</summary>
    internal sealed record Adapter(string FilePath, double Scale);
}
