namespace LoraMesh.Evaluator;

/// <summary>Local files of one evaluation.</summary>
/// <param name="ModelFolder">Base model as a Hugging Face folder.</param>
/// <param name="CandidateFolder">The candidate as a PEFT folder.</param>
/// <param name="ChampionFolder">The reigning champion, or null where there is none.</param>
/// <param name="TestShards">Token shards of the held-out split, in order.</param>
/// <param name="TestRows">Canonical rows of the held-out split, in the same order.</param>
public sealed record EvaluationInputs(string ModelFolder, string CandidateFolder, string? ChampionFolder, IReadOnlyList<string> TestShards, string TestRows)
{
    /// <summary>The regression sets: file name as it was dropped, and the local file of canonical rows.</summary>
    public IReadOnlyList<(string Name, string Path)> RegressionSets { get; init; } = [];
}
