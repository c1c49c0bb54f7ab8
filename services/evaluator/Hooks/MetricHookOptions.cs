using System.ComponentModel.DataAnnotations;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.Evaluator.Hooks;

/// <summary>
/// A figure that is not LoraMesh's: a program, an address, or a language model that judges. Only the operator sets it, as
/// <c>Evaluator:Hooks:NAME</c>; projects name it as <c>hook:NAME</c>.
/// </summary>
public sealed class MetricHookOptions
{
    /// <summary>Program and arguments: reads one JSON object a line (<c>question</c>, <c>reference</c>, <c>prediction</c>) and writes one number a line.</summary>
    public List<string> Command { get; set; } = [];

    /// <summary>Address that takes <c>{"rows": […]}</c> by POST and answers <c>{"scores": […]}</c>.</summary>
    public string? Url { get; set; }

    /// <summary>Base address of an OpenAI-compatible server whose model is asked to judge, such as <c>http://judge:8000/v1</c>.</summary>
    public string? JudgeUrl { get; set; }

    /// <summary>The judging model.</summary>
    public string? JudgeModel { get; set; }

    /// <summary>What the judge is asked; <c>{question}</c>, <c>{reference}</c> and <c>{prediction}</c> are filled in.</summary>
    public string JudgePrompt { get; set; } = "Question:\n{question}\n\nReference answer:\n{reference}\n\nAnswer to judge:\n{prediction}\n\nHow well does the answer agree with the reference, from 0 (not at all) to 10 (fully)? Reply with the number alone.";

    /// <summary>Key for the judge's server, or for <see cref="Url"/>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>File that holds the key; wins over <see cref="ApiKey"/>.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>Longest time for all rows of a contestant.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Largest address space of the program in bytes.</summary>
    public long MemoryBytes { get; set; } = 2L << 30;

    /// <summary>The key, or null.</summary>
    internal string? ReadKey() => ApiKey is null && ApiKeyFile is null ? null : SecretText.Read(ApiKey, ApiKeyFile);

    /// <summary>What is wrong with the hook of a name.</summary>
    internal IEnumerable<ValidationResult> Problems(string name, string member)
    {
        if (new[] { Command.Count > 0, Url is not null, JudgeUrl is not null }.Count(given => given) != 1)
        {
            yield return new ValidationResult($"the hook '{name}' needs one of Command, Url and JudgeUrl", [member]);
        }

        foreach (var address in new[] { Url, JudgeUrl }.OfType<string>().Where(address => !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult($"the hook '{name}' has the address '{address}', expected one of http or https", [member]);
        }

        if (JudgeUrl is not null && string.IsNullOrWhiteSpace(JudgeModel))
        {
            yield return new ValidationResult($"the hook '{name}' has a JudgeUrl and no JudgeModel", [member]);
        }

        if (ApiKeyFile is not null && !File.Exists(ApiKeyFile))
        {
            yield return new ValidationResult($"the hook '{name}' has the ApiKeyFile '{ApiKeyFile}', which does not exist", [member]);
        }

        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromDays(1) || MemoryBytes is < (16L << 20) or > (1L << 44))
        {
            yield return new ValidationResult($"the hook '{name}' has Timeout {Timeout} and MemoryBytes {MemoryBytes}; allowed are 1 s to 1 day and 16 MiB to 16 TiB", [member]);
        }
    }
}
