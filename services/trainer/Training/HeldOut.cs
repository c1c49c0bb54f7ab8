using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LoraMesh.Contracts;
using LoraMesh.Formats;

namespace LoraMesh.Trainer.Training;

/// <summary>Chooses the rows that are measured while training, and not trained on.</summary>
internal static class HeldOut
{
    /// <summary>Share of rows where the configuration names none.</summary>
    internal const double DefaultShare = 0.05;

    /// <summary>
    /// Numbers of the rows to hold out: those whose prompts hash lowest, so that the choice depends on content and seed alone and
    /// rows with one prompt stay together. Empty where nothing is measured.
    /// </summary>
    /// <exception cref="TrainingFailedException">Nothing would be left to train on.</exception>
    internal static HashSet<int> Choose(int rows, Func<int, TokenRow> read, TrainingConfig config)
    {
        if (config.EvalStrategy is null)
        {
            return [];
        }

        var hashes = Enumerable.Range(0, rows).Select(row => (Row: row, Hash: Hash(read(row), config.Seed))).OrderBy(entry => entry.Hash).ToList();
        var wanted = Math.Max(1, (int)Math.Round(rows * (config.ValSetSize ?? DefaultShare)));
        HashSet<int> chosen = [];
        foreach (var same in hashes.GroupBy(entry => entry.Hash).TakeWhile(_ => chosen.Count < wanted))
        {
            chosen.UnionWith(same.Select(entry => entry.Row));
        }

        return chosen.Count < rows
            ? chosen
            : throw new TrainingFailedException("too_few_rows", $"eval_strategy is {config.EvalStrategy}, and holding rows out leaves none of {rows} to train on: they share their prompts. Give more rows, or remove eval_strategy.");
    }

    private static ulong Hash(TokenRow row, int seed)
    {
        var prompt = Array.FindIndex(row.Labels, label => label != TokenShard.IgnoreIndex);
        var bytes = MemoryMarshal.AsBytes<int>(row.Ids.AsSpan(0, prompt > 1 ? prompt : row.Ids.Length));
        var key = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(key, seed);
        return BinaryPrimitives.ReadUInt64BigEndian(HMACSHA256.HashData(key, bytes));
    }
}
