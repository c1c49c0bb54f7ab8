namespace LoraMesh.Model;

/// <summary>How the next token is chosen. The defaults draw from the model's own distribution.</summary>
public sealed record SamplingOptions
{
    /// <summary>Logits are divided by it; 0 takes the likeliest token always; 0 to 100.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only so many of the likeliest tokens stay; 0 means all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the likeliest tokens that together have this probability stay; above 0, at most 1, which means all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Only tokens at least this many times as likely as the likeliest stay; 0 (all) to 1.</summary>
    public double MinP { get; init; }

    /// <summary>Taken off the logit of every token that was generated before; -2 to 2.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Taken off a token's logit for each time that it was generated before; -2 to 2.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Divides a positive and multiplies a negative logit of every token in prompt and answer; above 0, at most 100; 1 means none.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Added to the logits of these tokens; each finite.</summary>
    public IReadOnlyDictionary<int, double> LogitBias { get; init; } = new Dictionary<int, double>();

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, the value and the range.</exception>
    public void Validate(int vocabularySize)
    {
        Require(Temperature is >= 0 and <= 100, nameof(Temperature), Temperature, "a number from 0 to 100");
        Require(TopK >= 0, nameof(TopK), TopK, "0 or more");
        Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "a number above 0, at most 1");
        Require(MinP is >= 0 and <= 1, nameof(MinP), MinP, "a number from 0 to 1");
        Require(PresencePenalty is >= -2 and <= 2, nameof(PresencePenalty), PresencePenalty, "a number from -2 to 2");
        Require(FrequencyPenalty is >= -2 and <= 2, nameof(FrequencyPenalty), FrequencyPenalty, "a number from -2 to 2");
        Require(RepetitionPenalty is > 0 and <= 100, nameof(RepetitionPenalty), RepetitionPenalty, "a number above 0, at most 100");
        foreach (var (id, bias) in LogitBias)
        {
            Require(id >= 0 && id < vocabularySize, nameof(LogitBias), id, $"a token id from 0 to {vocabularySize - 1}");
            Require(double.IsFinite(bias), $"{nameof(LogitBias)}[{id}]", bias, "a finite number");
        }
    }

    private static void Require(bool good, string name, double found, string expected)
    {
        if (!good)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name} is {found}; expected {expected}."), name);
        }
    }
}
