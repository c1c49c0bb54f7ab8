using System.Text;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.UnitTests.DatasetPrep;

/// <summary>Reads and parses a file's rows as the builder does, without a base model.</summary>
internal sealed class RowScan
{
    public List<CanonicalRow> Good { get; } = [];

    public List<int> GoodLines { get; } = [];

    public List<DataProblem> Problems { get; } = [];

    public int RowsRead { get; private set; }

    public static RowScan Of(string name, string content) => Of(name, Encoding.UTF8.GetBytes(content));

    public static RowScan Of(string name, byte[] content)
    {
        using var folder = new TemporaryFolder();
        var input = PrepInput.FromFile(name, folder.Write(name, content));
        var scan = new RowScan();
        if (InputGate.Check(name, input.Bytes, new PrepConfig()) is { } refused)
        {
            scan.Problems.Add(refused);
            return scan;
        }

        foreach (var row in RowReader.Read(input))
        {
            scan.Take(name, row);
        }

        return scan;
    }

    private void Take(string name, RawRow row)
    {
        RowsRead += row.IsRow ? 1 : 0;
        if (row.Problem is not null)
        {
            Problems.Add(row.Problem);
            return;
        }

        var problems = new RowProblems(name, row.Line, new ProblemPolicies(new PrepConfig()));
        if (RowParser.Parse(row, problems) is { } content && !problems.IsFatal)
        {
            Good.Add(new CanonicalRow(content));
            GoodLines.Add(row.Line);
        }

        Problems.AddRange(problems.All);
    }
}
