using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Looks for personal data in every row, counts what it finds, and replaces it where the project says so.</summary>
/// <param name="policies">What is done about each kind; <c>repair</c> replaces.</param>
internal sealed class PersonalDataRewriter(ProblemPolicies policies) : IRowRewriter
{
    private static readonly PersonalDataKind[] Kinds = Enum.GetValues<PersonalDataKind>();

    private readonly long[] _values = new long[Kinds.Length];

    /// <summary>How many values of each kind were found so far, by the kind's name in reports; the kinds that were not found are left out.</summary>
    public IReadOnlyDictionary<string, long> Values
    {
        get
        {
            var values = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var kind in Kinds.Where(kind => Interlocked.Read(ref _values[(int)kind]) > 0))
            {
                values[PersonalDataProblem.KindOf(kind)] = Interlocked.Read(ref _values[(int)kind]);
            }

            return values;
        }
    }

    public RowContent Rewrite(RowContent row, RowProblems problems)
    {
        Findings? findings = null;
        RowTexts.Map(row, (text, place) =>
        {
            foreach (var span in PersonalDataFinder.Find(text))
            {
                (findings ??= new Findings()).Add(span, place);
            }

            return text;
        });
        if (findings is null)
        {
            return row;
        }

        var replaces = Tell(findings, problems);
        return replaces && !problems.IsFatal ? Replace(row) : row;
    }

    // Whether anything is to be replaced.
    private bool Tell(Findings findings, RowProblems problems)
    {
        var replaces = false;
        foreach (var kind in Kinds)
        {
            if (findings.CountOf(kind) is > 0 and var count)
            {
                Interlocked.Add(ref _values[(int)kind], count);
                var name = PersonalDataProblem.KindOf(kind);
                var policy = problems.Add(name, string.Empty, findings.Describe(kind), "no personal data", PersonalDataProblem.Suggestion(name, policies.Of(name)));
                replaces |= policy == ProblemPolicy.Repair;
            }
        }

        return replaces;
    }

    private RowContent Replace(RowContent row)
    {
        var redaction = new Redaction();
        return RowTexts.Map(row, (text, _) => redaction.Apply(text, PersonalDataFinder.Find(text).FindAll(IsReplaced)));
    }

    private bool IsReplaced(PersonalDataSpan span) => policies.Of(PersonalDataProblem.KindOf(span.Kind)) == ProblemPolicy.Repair;

    // Of each kind how many, and where the first one stands; never the values.
    private sealed class Findings
    {
        private readonly int[] _counts = new int[Kinds.Length];
        private readonly (int Length, RowPlace Place)[] _firsts = new (int, RowPlace)[Kinds.Length];

        public int CountOf(PersonalDataKind kind) => _counts[(int)kind];

        public void Add(PersonalDataSpan span, RowPlace place)
        {
            if (_counts[(int)span.Kind]++ == 0)
            {
                _firsts[(int)span.Kind] = (span.Length, place);
            }
        }

        public string Describe(PersonalDataKind kind)
        {
            var (length, place) = _firsts[(int)kind];
            return $"{length} characters in {place}" + (CountOf(kind) > 1 ? $", and {CountOf(kind) - 1} more" : string.Empty);
        }
    }
}
