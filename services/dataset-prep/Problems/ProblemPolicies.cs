using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Problems;

/// <summary>The policy of every kind of problem: the project's, else the kind's own.</summary>
internal sealed class ProblemPolicies
{
    private readonly Dictionary<string, ProblemPolicy> _chosen = new(StringComparer.Ordinal);

    /// <summary>Reads <c>prep.policies</c>, which <see cref="Problem"/> has found right.</summary>
    public ProblemPolicies(PrepConfig config)
    {
        foreach (var (kind, policy) in config.Policies)
        {
            _chosen[kind] = Enum.Parse<ProblemPolicy>(policy, ignoreCase: true);
        }
    }

    /// <summary>What is done about a kind.</summary>
    public ProblemPolicy Of(string kind) => _chosen.TryGetValue(kind, out var policy) ? policy : KindRules.Of(kind).Default;

    /// <summary>What is wrong with a project's policies, a sentence for each; empty where nothing is.</summary>
    public static IEnumerable<string> Problem(PrepConfig config)
    {
        foreach (var (kind, policy) in config.Policies)
        {
            if (!KindRules.All.ContainsKey(kind))
            {
                yield return $"prep.policies names '{Shown.Text(kind)}', which is no kind of problem; kinds are {string.Join(", ", KindRules.All.Keys)}.";
            }
            else if (!Enum.TryParse<ProblemPolicy>(policy, ignoreCase: true, out var parsed) || !KindRules.Of(kind).Allows(parsed))
            {
                yield return $"prep.policies.{kind} is '{Shown.Text(policy)}'; allowed is {string.Join(", ", KindRules.Of(kind).Allowed())}.";
            }
        }
    }
}
