using System.Security.Cryptography;
using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.Trainer.Publishing;

/// <summary>The content address of an adapter: dataset, base model, training configuration with its seed, trainer version.</summary>
internal static class AdapterIdentity
{
    // Raise it when the same inputs would give another adapter.
    private const string TrainerVersion = "1";

    internal static string Of(string datasetId, string baseDigest, TrainingConfig config, string? initialAdapterId = null)
    {
        // How often it was saved on the way does not change the adapter.
        var relevant = config with { CheckpointSeconds = 0 };
        var identity = new { TrainerVersion, DatasetId = datasetId, Base = baseDigest, Training = relevant };
        var bytes = initialAdapterId is null
            ? JsonSerializer.SerializeToUtf8Bytes(identity, ContractsJson.Options)
            : JsonSerializer.SerializeToUtf8Bytes(new { Start = initialAdapterId, Rest = identity }, ContractsJson.Options);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
