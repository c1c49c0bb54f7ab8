using System.Globalization;

namespace LoraMesh.Soak;

/// <summary>What is dropped: a few of the sample tickets, others in each file of a project.</summary>
internal static class SoakData
{
    private const int RowsPerFile = 24;

    /// <summary>Two steps of training and a bar that nothing reaches: the figures do not matter here, the bytes do.</summary>
    public const string Config =
        """
        training:
          max_steps: 2
          warmup_ratio: 0
          checkpoint_seconds: 0.1
        evaluation:
          max_rows: 2
          max_new_tokens: 4
          min_exact_match: 1.0
        """;

    private static readonly string[] Tickets = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "samples", "tickets.jsonl"));

    /// <summary>Name of a project.</summary>
    public static string Project(int number) => string.Create(CultureInfo.InvariantCulture, $"soak-{number:D3}");

    /// <summary>Name of a project's file, counting from 0.</summary>
    public static string Name(int file) => string.Create(CultureInfo.InvariantCulture, $"rows-{file:D3}.jsonl");

    /// <summary>Content of a project's file.</summary>
    public static string Rows(int project, int file) =>
        string.Join('\n', Enumerable.Range(0, RowsPerFile).Select(row => Tickets[(project * 97 + file * RowsPerFile + row) % Tickets.Length])) + "\n";
}
