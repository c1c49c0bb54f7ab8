using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Storage;

namespace LoraMesh.Control.Queries;

/// <summary>What stages of a run wrote down beside their results.</summary>
public sealed class RunReports(IBlobStore blobs)
{
    /// <summary>What was found in the drops, or null where they were not read to the end.</summary>
    /// <exception cref="BlobIntegrityException">The report was removed from the store, or is not what it was.</exception>
    public async Task<DataReport?> DataAsync(Run run, CancellationToken cancellationToken)
    {
        var report = run.Dataset is { } dataset ? (await blobs.ReadJsonAsync<DatasetManifest>(dataset.Manifest, cancellationToken)).Report : run.RejectionReport;
        return report is null ? null : await blobs.ReadJsonAsync<DataReport>(report, cancellationToken);
    }

    /// <summary>Figures, verdict and answers, or null before there are any.</summary>
    /// <exception cref="BlobIntegrityException">The report was removed from the store, or is not what it was.</exception>
    public async Task<EvaluationReport?> EvaluationAsync(Run run, CancellationToken cancellationToken) =>
        run.Verdict is { } verdict ? await blobs.ReadJsonAsync<EvaluationReport>(verdict.Report, cancellationToken) : null;
}
