using System.Text;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.UnitTests.DatasetPrep;

/// <summary>Reads and parses a file's rows as the builder does, without a base model.</summary>
internal sealed class RowScan
{
    private readonly RowFields _fields;
    private readonly ProblemPolicies _policies;

    private RowScan(PrepConfig config)
    {
        (_fields, _policies) = (new RowFields(config), new ProblemPolicies(config));
    }

    public List<CanonicalRow> Good { get; } = [];

    public List<int> GoodLines { get; } = [];

    public List<DataProblem> Problems { get; } = [];

    /// <summary>Problems that cost a row or a file.</summary>
    public IEnumerable<DataProblem> Costly => Problems.Where(problem => problem.Outcome is not (ProblemOutcome.Kept or ProblemOutcome.Repaired));

    public int RowsRead { get; private set; }

    /// <summary>Rows among them that are left out.</summary>
    public int RowsRefused { get; private set; }

    public FileFacts? Facts { get; private set; }

    public static RowScan Of(string name, string content, PrepConfig? config = null) => Of(name, Encoding.UTF8.GetBytes(content), config);

    public static RowScan Of(string name, byte[] content, PrepConfig? config = null)
    {
        config ??= new PrepConfig();
        using var folder = new TemporaryFolder();
        var input = PrepInput.FromFile(name, folder.Write(name, content));
        var scan = new RowScan(config);
        if (InputGate.Check(input, config) is { } refused)
        {
            scan.Problems.Add(refused);
            return scan;
        }

        var reader = new InputReader(input, config, scan._policies, scan._fields);
        foreach (var row in reader.Read())
        {
            scan.Take(name, row);
        }

        scan.Facts = reader.Facts;
        return scan;
    }

    private void Take(string name, RawRow row)
    {
        if (row.Problem is not null)
        {
            RowsRead += row.IsRow ? 1 : 0;
            RowsRefused += row.IsRow ? 1 : 0;
            Problems.Add(row.Problem with { Outcome = ProblemOutcomes.Of(_policies.Of(row.Problem.Kind)) });
            return;
        }

        var problems = new RowProblems(name, row.Line, _policies, row.Places);
        var content = new RowParser(_fields, [TinyModel.Start, TinyModel.End]).Parse(row, problems);
        Problems.AddRange(problems.All);
        if (content is null && !problems.IsFatal)
        {
            foreach (var part in RowParser.Divide(row.Text))
            {
                Take(name, row with { Text = part });
            }

            return;
        }

        RowsRead++;
        RowsRefused += content is null || problems.IsFatal ? 1 : 0;
        if (content is not null && !problems.IsFatal)
        {
            Good.Add(new CanonicalRow(content));
            GoodLines.Add(row.Line);
        }
    }
}
