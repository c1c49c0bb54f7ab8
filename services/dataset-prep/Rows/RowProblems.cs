using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>The problems of one row, gathered in bounded number.</summary>
internal sealed class RowProblems(string file, int line)
{
    /// <summary>Most problems that are told of one row; further ones of the same row are neither told nor counted.</summary>
    public const int MaxPerRow = 10;

    private readonly List<DataProblem> _all = [];

    public bool Any => _all.Count > 0;

    public IReadOnlyList<DataProblem> All => _all;

    public void Add(string kind, string path, string found, string expected, string suggestion)
    {
        if (_all.Count < MaxPerRow)
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
            });
        }
    }
}
