namespace LoraMesh.EndToEndTests.Fixtures;

/// <summary>A folder of its own for one test or fixture, gone afterwards, with the data that tests drop.</summary>
public sealed class TestFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("loramesh-e2e-").FullName;

    /// <summary>A data folder for a suite.</summary>
    public string Data => Path.Combine(_path, "data");

    /// <summary>Path of something below the folder; nothing is made.</summary>
    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>Writes a file below the folder.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>The first sample tickets as a file, and a configuration beside it.</summary>
    /// <returns>The paths of both.</returns>
    public string[] WriteTickets(int rows, string config, string folder = "drop") =>
        [Write($"{folder}/tickets.jsonl", string.Join('\n', SampleTickets(rows)) + "\n"), Write($"{folder}/project.yaml", config)];

    /// <summary>The first lines of the sample.</summary>
    public static IReadOnlyList<string> SampleTickets(int rows) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "samples", "tickets", "tickets.jsonl")).Take(rows)];

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_path, recursive: true);
}
