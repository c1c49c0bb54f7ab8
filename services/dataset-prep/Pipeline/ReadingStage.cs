using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>Reads all files and puts their good rows on scratch: one thread reads, others parse, rewrite and tokenize, and everything comes out in order.</summary>
internal sealed class ReadingStage(IReadOnlyList<PrepInput> inputs, PrepConfig config, RowFields fields, ProblemPolicies policies, RowWorker worker, BatchBuffers buffers, ProgressMeter meter)
{
    /// <summary>The stage's name in progress and report.</summary>
    public const string Name = "read";

    private readonly long _bytes = inputs.Sum(input => input.Bytes);
    private readonly FileLedger _files = new(inputs, policies);
    private readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private long _bytesBefore;

    /// <summary>Refused rows by the first problem that cost them.</summary>
    public IReadOnlyDictionary<string, long> Dropped => _dropped;

    /// <summary>What the files were, in their order.</summary>
    public IReadOnlyList<FileReport> Files => _files.Reports();

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
            var batch = new RawBatch(file, buffers.Rent());
            var reader = new InputReader(inputs[file], config, policies, fields);
            foreach (var row in Rows(inputs[file], reader))
            {
                batch.Add(row);
                if (batch.IsFull)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    batch.Position = reader.Position;
                    yield return batch;
                    batch = new RawBatch(file, buffers.Rent());
                }
            }

            _files.SetFacts(file, reader.Facts);
            (batch.Position, batch.IsLast) = (inputs[file].Bytes, true);
            yield return batch;
        }
    }

    private IEnumerable<RawRow> Rows(PrepInput input, InputReader reader) =>
        InputGate.Check(input, config) is { } refused ? [new RawRow(0, 0, default, refused) { IsRow = false }] : reader.Read();

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
                if (_files.Count(batch.Source.File, row) is { } mixed)
                {
                    problems.Add(mixed);
                }
            }
            else if (row.Refused is { } head)
            {
                var cause = row.Problems.First(problem => problem.Outcome is not (ProblemOutcome.Kept or ProblemOutcome.Repaired));
                _dropped[cause.Kind] = _dropped.GetValueOrDefault(cause.Kind) + 1;
                rejected.Add(head, cause);
            }
        }

        buffers.Return(batch.Records);
        buffers.Return(batch.Source.Bytes);
        meter.Rows = RowsRead;
        meter.Report(Name, _bytesBefore + batch.Source.Position, _bytes);
        _bytesBefore += batch.Source.IsLast ? batch.Source.Position : 0;
    }
}
