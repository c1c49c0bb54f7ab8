using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Rows;
using LoraMesh.DatasetPrep.Splits;
using LoraMesh.Formats;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>
/// One file of rows in text, tokenized for training and measuring by hand: every row in the file's order, repeated ones
/// too, none held out and none left out. The rows are held in memory; for more than fits there, make a dataset folder.
/// </summary>
public sealed class RowFile
{
    private const int Told = 3;

    private RowFile(IReadOnlyList<TokenRow> rows, IReadOnlyList<PreferencePair> pairs) => (Rows, Pairs) = (rows, pairs);

    /// <summary>Rows to be learnt; empty where there are pairs.</summary>
    public IReadOnlyList<TokenRow> Rows { get; }

    /// <summary>Preference pairs; empty where there are rows.</summary>
    public IReadOnlyList<PreferencePair> Pairs { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, in any form that <see cref="DatasetBuilder"/> takes.</param>
    /// <param name="modelFolder">Folder with the base model's tokenizer, template and config.json; its context bounds a row.</param>
    /// <param name="cancellationToken">Ends the work between two batches of rows.</param>
    /// <exception cref="BaseModelException">Tokenizer, template or config.json cannot be used.</exception>
    /// <exception cref="InvalidDataException">A row is wrong; the message says where, what was found and what is expected.</exception>
    public static RowFile Read(string path, string modelFolder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var input = PrepInput.FromFile(Path.GetFileName(path), path);
        var scratch = Directory.CreateTempSubdirectory("loramesh-rows-").FullName;
        try
        {
            return Read(input, RowEncoder.Load(modelFolder, RowLimit.OfModel(ModelContext.Read(modelFolder))), scratch, cancellationToken);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static RowFile Read(PrepInput input, RowEncoder encoder, string scratch, CancellationToken cancellationToken)
    {
        string[] names = [input.Name];
        var (prep, problems) = (new PrepConfig(), new ProblemLog());
        using var stored = new RowStore(scratch, names);
        using var refused = new RejectedRowsFile(Path.Combine(scratch, DatasetFileNames.Rejected));
        var (fields, policies) = (new RowFields(prep), new ProblemPolicies(prep));
        var buffers = new BatchBuffers();
        var worker = new RowWorker(new RowParser(fields, encoder.Markers), rewriters: [], encoder, new CarriedFields(prep.Split), policies, names, buffers);
        new ReadingStage([input], prep, fields, policies, worker, buffers, new ProgressMeter(tell: null, TimeProvider.System)).Run(stored, problems, refused, Environment.ProcessorCount, cancellationToken);
        if (problems.Shown.Where(problem => problem.Outcome is not (ProblemOutcome.Kept or ProblemOutcome.Repaired)).Take(Told + 1).ToList() is { Count: > 0 } found)
        {
            var more = found.Count > Told ? $"{Environment.NewLine}… and more. 'loramesh prep' reports them all and leaves such rows out." : "";
            throw new InvalidDataException(string.Join(Environment.NewLine, found.Take(Told)) + more);
        }

        var rows = stored.Read(cancellationToken).Select(row => row.Sequences.Select(Row).ToArray()).ToList();
        return (rows.Count, stored.Kinds.ContainsKey(RowKind.Preference)) switch
        {
            (0, _) => throw new InvalidDataException($"{input.Name} has no rows."),
            (_, false) => new RowFile([.. rows.Select(row => row[0])], []),
            _ when stored.Kinds.Count > 1 => throw new InvalidDataException($"{input.Name}: rows to be learnt and preference pairs lie in one file; put them into two."),
            _ => new RowFile([], [.. rows.Select(row => new PreferencePair(row[0], row[1]))]),
        };
    }

    private static TokenRow Row(TokenSequence sequence)
    {
        var (ids, labels) = (new int[sequence.Length], new int[sequence.Length]);
        for (var i = 0; i < ids.Length; i++)
        {
            var marked = sequence.Marked.Span[i];
            ids[i] = TokenSequence.Id(marked);
            labels[i] = TokenSequence.IsSupervised(marked) ? ids[i] : TokenShard.IgnoreIndex;
        }

        return new TokenRow(ids, labels);
    }
}
