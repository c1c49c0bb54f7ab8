namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>What the tests drop.</summary>
internal static class Samples
{
    /// <summary>A question like those of the tickets, in none of them.</summary>
    public const string Question = "Kestrel again: please hold the delivery to our office in Budapest. A detail, I know.";

    /// <summary>Enough training to be better than the base, with checkpoints on the way, and few answers to generate.</summary>
    public const string Lasting =
        """
        training:
          max_steps: 24
          checkpoint_seconds: 0.5
        evaluation:
          max_rows: 12
          max_new_tokens: 40
        """;

    /// <summary>Next to no training, and a bar that nothing reaches after it.</summary>
    public const string Short =
        """
        training:
          max_steps: 4
          warmup_ratio: 0
        evaluation:
          max_rows: 2
          max_new_tokens: 4
          min_exact_match: 1.0
        """;

    /// <summary>The first sample tickets, one a line.</summary>
    public static string Tickets(int rows) =>
        string.Join('\n', File.ReadLines(Path.Combine(AppContext.BaseDirectory, "samples", "tickets.jsonl")).Take(rows)) + "\n";
}
