namespace LoraMesh.EndToEndTests.Fixtures;

/// <summary>Values of <c>project.yaml</c> that keep the tests short.</summary>
public static class Configs
{
    /// <summary>Enough training to be better than the base, and few answers to generate.</summary>
    public const string Quick =
        """
        training:
          max_steps: 24
        evaluation:
          max_rows: 12
          max_new_tokens: 40
        """;

    /// <summary>Long enough to be killed in the middle, with a checkpoint every half second.</summary>
    public const string Lasting =
        """
        training:
          max_steps: 48
          checkpoint_seconds: 0.5
        evaluation:
          max_rows: 8
          max_new_tokens: 40
        """;

    /// <summary>Two steps of training and a bar that nothing reaches after them.</summary>
    public const string Hopeless =
        """
        training:
          max_steps: 2
          warmup_ratio: 0
        evaluation:
          max_rows: 8
          max_new_tokens: 16
          min_exact_match: 1.0
        """;
}
