using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.CommandLine;

/// <summary>What <c>demo</c> and <c>drop --wait</c> print as their last line with <c>--json</c>.</summary>
public sealed record CommandResult
{
    /// <summary>Id of the run.</summary>
    public required string Run { get; init; }

    /// <summary>State that the run ended in, one of <see cref="RunStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>Why it ended so, in one sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>The reason as a stable word.</summary>
    public string? Code { get; init; }

    /// <summary>Content address of the dataset.</summary>
    public string? Dataset { get; init; }

    /// <summary>Version of the adapter in its project.</summary>
    public int? Version { get; init; }

    /// <summary>Content address of the adapter.</summary>
    public string? AdapterId { get; init; }

    /// <summary>Whether the adapter answers requests now or did when the run ended.</summary>
    public required bool Promoted { get; init; }

    /// <summary>Figures of the base model.</summary>
    public Figures? Base { get; init; }

    /// <summary>Figures of the adapter.</summary>
    public Figures? Adapter { get; init; }

    /// <summary>Figures of the champion it was compared with, where there was one.</summary>
    public Figures? Champion { get; init; }

    /// <summary>Row counts, once the data was read.</summary>
    public RunRows? Rows { get; init; }

    /// <summary>What was wrong with the data, the first hundred findings.</summary>
    public required IReadOnlyList<DataProblem> Problems { get; init; }

    /// <summary>Seconds from the run's making to its end.</summary>
    public required double Seconds { get; init; }

    /// <summary>Where to reach what.</summary>
    public required SuiteAddresses Urls { get; init; }

    /// <summary>The dropped files and the runs that took them.</summary>
    public required IReadOnlyList<DroppedFile> Files { get; init; }

    /// <summary>Held-out questions with answers; only <c>demo</c> asks.</summary>
    public required IReadOnlyList<AnsweredQuestion> Questions { get; init; }
}

/// <summary>Addresses of a suite.</summary>
/// <param name="Suite">Its web address.</param>
/// <param name="Openai">Base address for OpenAI clients.</param>
/// <param name="Run">The run in the API.</param>
public sealed record SuiteAddresses(string Suite, string Openai, string Run);

/// <summary>One file that was dropped.</summary>
/// <param name="File">Path as it was given.</param>
/// <param name="Key">Key in the inbox.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
/// <param name="Run">The run that took it, or null where it was not waited for.</param>
/// <param name="AlreadyTaken">Whether a run had taken exactly these bytes before.</param>
public sealed record DroppedFile(string File, string Key, string Sha256, string? Run, bool AlreadyTaken);

/// <summary>One held-out question, asked of base and adapter over HTTP.</summary>
/// <param name="Messages">The turns before the answer, as they were sent.</param>
/// <param name="Question">Text of the last user turn.</param>
/// <param name="Reference">The answer in the data.</param>
/// <param name="Base">What the base model answered.</param>
/// <param name="Adapter">What the adapter answered.</param>
public sealed record AnsweredQuestion(JsonElement Messages, string Question, string Reference, string Base, string Adapter);
