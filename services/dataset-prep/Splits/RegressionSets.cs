using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Cleaning.NearDuplicates;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Splits;

/// <summary>Takes the rows of the project's regression sets out of the data, and finds other rows that ask the same or almost the same.</summary>
/// <param name="config">Names the sets, and from which similarity on a question is almost the same.</param>
/// <param name="policies">What is done about a contaminated row.</param>
/// <param name="problems">Is told of each.</param>
internal sealed class RegressionSets(PrepConfig config, ProblemPolicies policies, ProblemLog problems) : IRowPass
{
    /// <summary>The reason that rows of a regression set bear.</summary>
    public const string Reason = "regression_set";

    // About a kilobyte of memory each; rows after them are compared by equality only.
    private const int MaxCompared = 1_000_000;

    private readonly Banding _banding = new(config.NearDuplicates.Threshold);
    private readonly Dictionary<ulong, (int File, int Line)> _questions = [];
    private readonly Dictionary<ulong, List<int>> _bands = [];
    private readonly List<(RowSignature Signature, int File, int Line)> _compared = [];

    public string Name => "regression_sets";

    public void Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        bool[] isSet = [.. rows.Files.Select(file => config.IsRegressionSet(file))];
        foreach (var row in rows.Read(cancellationToken).Where(row => isSet[row.File]))
        {
            Learn(row);
            marks.Drop(row.Number, Reason);
        }

        foreach (var row in rows.Read(cancellationToken).Where(row => !isSet[row.File]))
        {
            if (Find(row) is var (file, line, similarity))
            {
                Tell(row, marks, rows.Files, file, line, similarity);
            }
        }
    }

    private void Learn(StoredRow row)
    {
        _questions.TryAdd(row.PromptHash, (row.File, row.Line));
        if (_compared.Count == MaxCompared || ComparedText.Of(row) is not { } text)
        {
            return;
        }

        var signature = RowSignature.Of(text);
        for (var band = 0; band < _banding.Count; band++)
        {
            var key = _banding.Key(signature, band);
            if (!_bands.TryGetValue(key, out var members))
            {
                _bands[key] = members = [];
            }

            members.Add(_compared.Count);
        }

        _compared.Add((signature, row.File, row.Line));
    }

    private (int File, int Line, double Similarity)? Find(StoredRow row)
    {
        if (_questions.TryGetValue(row.PromptHash, out var equal))
        {
            return (equal.File, equal.Line, 1);
        }

        if (_compared.Count == 0 || ComparedText.Of(row) is not { } text)
        {
            return null;
        }

        var signature = RowSignature.Of(text);
        (int File, int Line, double Similarity)? best = null;
        for (var band = 0; band < _banding.Count; band++)
        {
            foreach (var member in _bands.GetValueOrDefault(_banding.Key(signature, band)) ?? [])
            {
                var similarity = signature.QuestionSimilarity(_compared[member].Signature);
                if (similarity >= config.NearDuplicates.Threshold && similarity > (best?.Similarity ?? 0))
                {
                    best = (_compared[member].File, _compared[member].Line, similarity);
                }
            }
        }

        return best;
    }

    private void Tell(StoredRow row, RowMarks marks, IReadOnlyList<string> files, int file, int line, double similarity)
    {
        var told = new RowProblems(files[row.File], row.Line, policies);
        var place = Shown.Text($"{files[file]} line {line}", 200);
        var policy = told.Add(
            ProblemKind.Contaminated,
            string.Empty,
            similarity >= 1 ? $"the question of {place}" : string.Create(CultureInfo.InvariantCulture, $"almost the question of {place} (similarity {similarity:0.00})"),
            "questions that no regression set asks",
            "Take it out of the data that are trained on; prep.policies.contaminated says what is done about such rows.");
        problems.Add(told.All[0]);
        if (policy is ProblemPolicy.Drop or ProblemPolicy.Refuse)
        {
            marks.Drop(row.Number, ProblemKind.Contaminated);
        }
    }
}
