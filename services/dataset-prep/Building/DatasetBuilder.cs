using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.Text;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Makes a dataset of local files: validates, tells duplicates apart, splits, tokenizes and packs.</summary>
public static class DatasetBuilder
{
    /// <summary>Part of every dataset's address; changes whenever the same files would give other bytes.</summary>
    public const string Version = "1";

    /// <summary>
    /// Reads every file once, row by row, and writes <c>train.jsonl</c>, <c>test.jsonl</c>, <c>train.safetensors</c>,
    /// <c>test.safetensors</c>, <c>report.json</c> and, where rows were refused, <c>rejected.jsonl</c>; of rejected data
    /// only the last two. The same files, model and settings give the same bytes.
    /// </summary>
    /// <param name="inputs">The files, in any order; their names should differ.</param>
    /// <param name="modelFolder">Folder with the base model's tokenizer, template and config.json; no weights are read.</param>
    /// <param name="config">The settings; <c>prep</c> and <c>training.tokens_per_batch</c> are used.</param>
    /// <param name="outFolder">Where to write; made if need be, files of these names are replaced.</param>
    /// <param name="cancellationToken">Ends the work between two rows; what was written so far stays.</param>
    /// <exception cref="BaseModelException">Tokenizer, template or config.json cannot be used.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static BuildOutcome Build(
        IReadOnlyList<PrepInput> inputs, string modelFolder, ProjectConfig config, string outFolder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(config);
        if (PrepSettings.Problem(config) is { } problem)
        {
            throw new ArgumentException(problem, nameof(config));
        }

        var encoder = LoadEncoder(modelFolder, config);
        Directory.CreateDirectory(outFolder);
        foreach (var name in DatasetFileNames.All)
        {
            File.Delete(Path.Combine(outFolder, name));
        }

        using var pass = new BuildPass(encoder, config, outFolder);
        foreach (var input in inputs.OrderBy(input => input.Name, StringComparer.Ordinal))
        {
            if (!pass.Read(input, cancellationToken))
            {
                break;
            }
        }

        return pass.Finish();
    }

    private static RowEncoder LoadEncoder(string modelFolder, ProjectConfig config)
    {
        try
        {
            return new RowEncoder(ChatEncoder.Load(modelFolder), RowLimit.Of(config, ModelContext.Read(modelFolder)));
        }
        catch (Exception error) when (error is TokenizerFormatException or UnsupportedTokenizerException or ChatTemplateException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BaseModelException($"The base model cannot be used: {error.Message}", error);
        }
    }
}
