using System.Security.Cryptography;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Cleaning.Toxicity;

namespace LoraMesh.DatasetPrep.Storing;

/// <summary>Gives a dataset its address: a hash over everything that its files and its manifest depend on.</summary>
public static class DatasetIdentity
{
    /// <summary>The address, 64 lower-case hexadecimal digits.</summary>
    /// <param name="inputs">The raw files by name, in any order.</param>
    /// <param name="config">The settings; <c>prep</c> and <c>training.tokens_per_batch</c> count.</param>
    /// <param name="model">The base model; its digest stands for tokenizer, template and context, and for the weights that the manifest names.</param>
    /// <param name="toxicity">The operator's classifier; null for none.</param>
    public static string Of(IEnumerable<HashedName> inputs, ProjectConfig config, ModelRef model, ToxicitySettings? toxicity = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(model);
        var parts = new Parts(
            DatasetBuilder.Version,
            [.. inputs.OrderBy(file => file.Name, StringComparer.Ordinal).ThenBy(file => file.Sha256, StringComparer.Ordinal)],
            config.Prep,
            config.Training.TokensPerBatch,
            new HashedName(model.Name, model.Digest),
            toxicity?.Hook);
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts, ContractsJson.Options)));
    }

    private sealed record Parts(string PrepVersion, IReadOnlyList<HashedName> Inputs, PrepConfig Prep, int TokensPerBatch, HashedName Model, string? ToxicityHook);
}
