using LoraMesh.CommandLine;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.Formats;
using LoraMesh.Text;
using LoraMesh.Trainer.Training;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Reads what <c>--data</c> names: a dataset folder as <c>prep</c> writes it, or a file of rows, tokenized or in text.</summary>
internal static class HandData
{
    /// <summary>Data to train on.</summary>
    /// <exception cref="CommandException">There are none, or a row is refused.</exception>
    internal static TrainingData ToTrain(string path, string model, TrainingConfig config, CancellationToken cancellationToken) => Refusing(path, model, () =>
    {
        if (Directory.Exists(path))
        {
            var shard = Shard(path, DatasetFileNames.Train);
            return shard.HoldsPairs ? new PreferenceData(shard.Pairs(), config) : (TrainingData)new SupervisedData(shard, config);
        }

        var file = Rows(path, model, cancellationToken);
        return file.Pairs.Count > 0 ? new PreferenceData(file.Pairs, config) : (TrainingData)new SupervisedData(TokenShard.Of(file.Rows, Pack(file.Rows, config)), config);
    });

    /// <summary>Rows to measure: the held-out ones of a dataset folder, or all of a file.</summary>
    /// <exception cref="CommandException">There are none, or a row is refused.</exception>
    internal static TokenShard ToMeasure(string path, string model, CancellationToken cancellationToken) => Refusing(path, model, () =>
    {
        if (Directory.Exists(path))
        {
            return Shard(path, DatasetFileNames.Test);
        }

        var rows = Rows(path, model, cancellationToken).Rows;
        return rows.Count > 0 ? TokenShard.Of(rows, [.. rows.Select((_, row) => (int[])[row])]) : throw new InvalidDataException($"{path} has preference pairs; eval measures rows to be learnt.");
    });

    private static T Refusing<T>(string path, string model, Func<T> read)
    {
        if (!Directory.Exists(path) && !File.Exists(path))
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_file", $"--data names {path}, which does not exist (looked at {Path.GetFullPath(path)}).");
        }

        try
        {
            return read();
        }
        catch (InvalidDataException refused)
        {
            throw new CommandException(ExitCode.RefusedInput, "data_refused", $"--data: {refused.Message}", refused);
        }
        catch (BaseModelException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "model_unusable", $"--model {model} is needed to tokenize {path}. {failure.Message}", failure);
        }
    }

    private static TokenShard Shard(string folder, string split)
    {
        var paths = Enumerable.Range(0, int.MaxValue).Select(index => Path.Combine(folder, DatasetFileNames.Shard(split, index))).TakeWhile(File.Exists).ToList();
        return paths.Count > 0 ? TokenShard.ReadAll(paths) : throw new InvalidDataException($"{folder} has no {split}.safetensors: it is no dataset folder. Make one with 'loramesh prep'.");
    }

    private static (IReadOnlyList<TokenRow> Rows, IReadOnlyList<PreferencePair> Pairs) Rows(string path, string model, CancellationToken cancellationToken)
    {
        if (TokenRowFile.IsTokenized(path))
        {
            var tokenized = TokenRowFile.Read(path);
            return (tokenized.Rows, tokenized.Pairs);
        }

        var file = RowFile.Read(path, model, cancellationToken);
        return (file.Rows, file.Pairs);
    }

    // In file order where rows are not shuffled: a row begins a new pack where it no longer fits.
    private static IReadOnlyList<IReadOnlyList<int>> Pack(IReadOnlyList<TokenRow> rows, TrainingConfig config)
    {
        var lengths = rows.Select(row => row.Ids.Length).ToList();
        var capacity = Math.Max(config.TokensPerBatch, lengths.Max());
        if (config.Shuffle)
        {
            return Packing.FirstFitDecreasing(lengths, capacity);
        }

        var packs = new List<List<int>>();
        var room = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            if (lengths[row] > room)
            {
                packs.Add([]);
                room = capacity;
            }

            packs[^1].Add(row);
            room -= lengths[row];
        }

        return packs;
    }
}
