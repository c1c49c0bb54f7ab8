using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>Reads all files and puts their good rows on scratch: one thread reads, others parse, rewrite and tokenize, and everything comes out in order.</summary>
internal sealed class ReadingStage(IReadOnlyList<PrepInput> inputs, PrepConfig config, RowWorker worker, ProgressMeter meter)
{
    /// <summary>The stage's name in progress and report.</summary>
    public const string Name = "read";

    private long _bytesBefore;

    private readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);

    /// <summary>Refused rows by the first problem that cost them.</summary>
    public IReadOnlyDictionary<string, long> Dropped => _dropped;

    /// <summary>Rows read, good or bad.</summary>
    public long RowsRead { get; private set; }

    /// <summary>Reads everything.</summary>
    public void Run(RowStore rows, ProblemLog problems, RejectedRowsFile rejected, int threads, CancellationToken cancellationToken)
    {
        OrderedWork.Run(Batches(cancellationToken), worker.Work, batch => Take(batch, rows, problems, rejected), threads, cancellationToken);
    }

    private IEnumerable<RawBatch> Batches(CancellationToken cancellationToken)
    {
        for (var file = 0; file < inputs.Count; file++)
        {
            var batch = new RawBatch(file);
            foreach (var row in Rows(inputs[file]))
            {
                batch.Add(row);
                if (batch.IsFull)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    batch.Position = row.Offset;
                    yield return batch;
                    batch = new RawBatch(file);
                }
            }

            batch.Position = inputs[file].Bytes;
            yield return batch;
        }
    }

    private IEnumerable<RawRow> Rows(PrepInput input) =>
        InputGate.Check(input.Name, input.Bytes, config) is { } refused ? [new RawRow(0, 0, default, refused) { IsRow = false }] : RowReader.Read(input);

    private void Take(WorkedBatch batch, RowStore rows, ProblemLog problems, RejectedRowsFile rejected)
    {
        var at = 0;
        foreach (var row in batch.Rows)
        {
            RowsRead += row.IsRow ? 1 : 0;
            foreach (var problem in row.Problems)
            {
                problems.Add(problem);
            }

            if (row.RecordBytes > 0)
            {
                rows.Append(batch.Records.WrittenSpan.Slice(at, row.RecordBytes), row.Kind);
                at += row.RecordBytes;
            }
            else if (row.Refused is { } head)
            {
                var cause = row.Problems.First(problem => problem.Outcome is not (ProblemOutcome.Kept or ProblemOutcome.Repaired));
                _dropped[cause.Kind] = _dropped.GetValueOrDefault(cause.Kind) + 1;
                rejected.Add(head, cause);
            }
        }

        meter.Rows = RowsRead;
        meter.Report(Name, _bytesBefore + batch.Source.Position, inputs.Sum(input => input.Bytes));
        _bytesBefore += batch.Source.Position == inputs[batch.Source.File].Bytes ? inputs[batch.Source.File].Bytes : 0;
    }
}
