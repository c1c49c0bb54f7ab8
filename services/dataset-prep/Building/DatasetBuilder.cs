using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Makes a dataset of local files: validates, cleans, tells duplicates apart, splits, tokenizes and packs.</summary>
public static class DatasetBuilder
{
    /// <summary>Part of every dataset's address; changes whenever the same files would give other bytes.</summary>
    public const string Version = "7";

    /// <summary>
    /// Reads every file once and writes <c>train.jsonl</c>, <c>test.jsonl</c>, their token shards, <c>report.json</c>, <c>report.html</c> and,
    /// where rows were refused, <c>rejected.jsonl</c>; of rejected data only the last three. The same files, model and settings
    /// give the same bytes, whatever the number of threads. Memory does not grow with the data; the folder needs room for
    /// about three times the text while it works.
    /// </summary>
    /// <param name="inputs">The files, in any order; their names should differ.</param>
    /// <param name="modelFolder">Folder with the base model's tokenizer, template and config.json; no weights are read.</param>
    /// <param name="config">The settings; <c>prep</c> and <c>training.tokens_per_batch</c> are used.</param>
    /// <param name="outFolder">Where to write; made if need be, files of these names are replaced.</param>
    /// <param name="options">Threads, clock, and who is told how far it is; null for the machine's processors and nobody.</param>
    /// <param name="cancellationToken">Ends the work soon, between two rows; what was written so far stays.</param>
    /// <exception cref="BaseModelException">Tokenizer, template or config.json cannot be used.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static BuildOutcome Build(
        IReadOnlyList<PrepInput> inputs, string modelFolder, ProjectConfig config, string outFolder, BuildOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(config);
        options ??= new BuildOptions();
        if (PrepSettings.Problem(config, classifies: options.Toxicity is not null) is { } problem)
        {
            throw new ArgumentException(problem, nameof(config));
        }

        var encoder = RowEncoder.Load(modelFolder, RowLimit.Of(config, ModelContext.Read(modelFolder)));
        var scratch = Clear(outFolder);
        try
        {
            var ordered = inputs.OrderBy(input => input.Name, StringComparer.Ordinal).ToList();
            using var pipeline = new PrepPipeline(ordered, encoder, config, outFolder, scratch, options);
            return pipeline.Run(cancellationToken);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static string Clear(string folder)
    {
        foreach (var old in Directory.CreateDirectory(folder).EnumerateFiles().Where(file => DatasetFileNames.IsOne(file.Name)))
        {
            old.Delete();
        }

        var scratch = Path.Combine(folder, DatasetFileNames.Scratch);
        if (Directory.Exists(scratch))
        {
            Directory.Delete(scratch, recursive: true);
        }

        return Directory.CreateDirectory(scratch).FullName;
    }
}
