using LoraMesh.Inference.Models;
using LoraMesh.Model;

namespace LoraMesh.Inference.Api;

/// <summary>What chat and text completions have in common, checked.</summary>
public sealed record GenerationSettings
{
    /// <summary>Name of the model, as the client wrote it.</summary>
    public required string Model { get; init; }

    /// <summary>Whom the answer is for, as the client tells; null where it does not.</summary>
    public string? User { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>Seed; null for a new one each time.</summary>
    public long? Seed { get; init; }

    /// <summary>Most tokens of one answer; null for the rest of the context.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Fewest tokens of one answer.</summary>
    public int MinTokens { get; init; }

    /// <summary>Whether the model's own end tokens end nothing.</summary>
    public bool IgnoresEnd { get; init; }

    /// <summary>Further tokens that end an answer.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Answers to each prompt.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>Strings that end an answer.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>What an answer must look like; null where it is free.</summary>
    public AnswerConstraint? Constraint { get; init; }

    /// <summary>Whether special tokens are part of the text.</summary>
    public bool ShowsSpecialTokens { get; init; }

    /// <summary>Alternatives to score at each place; null for no scores.</summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>Whether the answer is streamed.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether a stream ends with the token counts.</summary>
    public bool IncludeUsage { get; init; }
}
