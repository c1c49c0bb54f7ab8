using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.Storage;

namespace LoraMesh.DatasetPrep.Storing;

/// <summary>Puts refused data aside, where people find them with the reason.</summary>
internal sealed class Quarantine(IBlobStore store)
{
    /// <summary>Keeps the report of rejected data, their refused rows, and a copy of every input that is not over the size limit.</summary>
    /// <returns>The report's blob.</returns>
    public async Task<BlobRef> PutRejectedAsync(PrepareDataset command, long maxInputBytes, BuildOutcome outcome, CancellationToken cancellationToken)
    {
        foreach (var input in command.Inputs.Where(input => input.Bytes <= maxInputBytes))
        {
            // The drop may have been replaced since; the report then speaks for itself.
            await using var content = await store.OpenReadAsync(input.Bucket, input.Key, cancellationToken);
            if (content is not null)
            {
                await store.PutAsync(Buckets.Quarantine, Key(command, "inputs/" + InputNames.Relative(command.Project, input.Key)), content, cancellationToken: cancellationToken);
            }
        }

        await PutRefusedRowsAsync(command, outcome, cancellationToken);
        await PutFileAsync(command, outcome.ReportPage, cancellationToken);
        return await PutFileAsync(command, outcome.ReportFile, cancellationToken);
    }

    /// <summary>Keeps the refused rows of data that were accepted otherwise.</summary>
    public async Task PutRefusedRowsAsync(PrepareDataset command, BuildOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.RejectedRows is { } refused)
        {
            await PutFileAsync(command, refused, cancellationToken);
        }
    }

    private static string Key(PrepareDataset command, string name) => $"{command.Project}/{command.RunId}/{name}";

    private async Task<BlobRef> PutFileAsync(PrepareDataset command, BuiltFile file, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file.Path);
        return await store.PutAsync(Buckets.Quarantine, Key(command, file.Name), content, cancellationToken: cancellationToken);
    }
}
