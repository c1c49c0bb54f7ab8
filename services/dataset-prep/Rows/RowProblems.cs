using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>The problems of one row, gathered in bounded number, and what follows from them.</summary>
internal sealed class RowProblems(string file, int line, ProblemPolicies policies, FieldPlaces places = FieldPlaces.JsonPaths)
{
    /// <summary>Most problems that are told of one row; further ones of the same row are neither told nor counted.</summary>
    public const int MaxPerRow = 10;

    private readonly List<DataProblem> _all = [];

    /// <summary>Whether the row is left out because of a problem.</summary>
    public bool IsFatal { get; private set; }

    public IReadOnlyList<DataProblem> All => _all;

    /// <summary>Whether the row's fields are columns, which can hold nothing but texts.</summary>
    public bool HasColumns => places == FieldPlaces.Columns;

    /// <summary>Whether the row is a text of a file without fields.</summary>
    public bool IsText => places == FieldPlaces.None;

    /// <summary>What is done about a kind.</summary>
    public ProblemPolicy PolicyOf(string kind) => policies.Of(kind);

    /// <summary>Whether a problem of that kind was told.</summary>
    public bool Has(string kind) => _all.Exists(problem => problem.Kind == kind);

    /// <summary>Adds a problem.</summary>
    /// <param name="kind">One of <see cref="ProblemKind"/>.</param>
    /// <param name="path">JSON path; empty for the row itself.</param>
    /// <param name="found">What stands there.</param>
    /// <param name="expected">What should.</param>
    /// <param name="suggestion">What to do.</param>
    /// <param name="linesBelow">How many lines below the row's first the place lies.</param>
    /// <returns>What is to be done about it. Who cannot go on with the row asks <see cref="IsFatal"/>.</returns>
    public ProblemPolicy Add(string kind, string path, string found, string expected, string suggestion, int linesBelow = 0)
    {
        var policy = policies.Of(kind);
        // The problem that costs the row is always told.
        var costs = !IsFatal && policy is ProblemPolicy.Drop or ProblemPolicy.Refuse;
        IsFatal |= costs;
        if (policy != ProblemPolicy.Ignore && (_all.Count < MaxPerRow || costs))
        {
            _all.Add(new DataProblem
            {
                File = file,
                Line = line + linesBelow,
                Path = Place(path),
                Kind = kind,
                Found = found,
                Expected = expected,
                Suggestion = suggestion,
                Outcome = ProblemOutcomes.Of(policy),
            });
        }

        return policy;
    }

    // A column is called by its name, a row that is a text needs no name.
    private string Place(string path) => places switch
    {
        FieldPlaces.None => string.Empty,
        FieldPlaces.Columns when path.StartsWith("$.", StringComparison.Ordinal) => path[2..],
        FieldPlaces.Columns when path.StartsWith("$['", StringComparison.Ordinal) && path.IndexOf("']", StringComparison.Ordinal) is var end and > 0 => path[3..end] + path[(end + 2)..],
        _ => path,
    };
}
