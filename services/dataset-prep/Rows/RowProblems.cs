using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>The problems of one row, gathered in bounded number, and what follows from them.</summary>
internal sealed class RowProblems(string file, int line, ProblemPolicies policies)
{
    /// <summary>Most problems that are told of one row; further ones of the same row are neither told nor counted.</summary>
    public const int MaxPerRow = 10;

    private readonly List<DataProblem> _all = [];

    /// <summary>Whether the row is left out because of a problem.</summary>
    public bool IsFatal { get; private set; }

    public IReadOnlyList<DataProblem> All => _all;

    /// <summary>Adds a problem.</summary>
    /// <returns>What is to be done about it. Who cannot go on with the row asks <see cref="IsFatal"/>.</returns>
    public ProblemPolicy Add(string kind, string path, string found, string expected, string suggestion)
    {
        var policy = policies.Of(kind);
        // The problem that costs the row is always told.
        var costs = !IsFatal && policy is ProblemPolicy.Drop or ProblemPolicy.Refuse;
        IsFatal |= costs;
        if (_all.Count < MaxPerRow || costs)
        {
            _all.Add(new DataProblem
            {
                File = file,
                Line = line,
                Path = path,
                Kind = kind,
                Found = found,
                Expected = expected,
                Suggestion = suggestion,
                Outcome = ProblemOutcomes.Of(policy),
            });
        }

        return policy;
    }
}
