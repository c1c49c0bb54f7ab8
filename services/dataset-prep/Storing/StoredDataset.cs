using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Storing;

/// <summary>A dataset in the blob store.</summary>
/// <param name="Reference">Its manifest's blob.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Report">The report.</param>
internal sealed record StoredDataset(BlobRef Reference, DatasetManifest Manifest, DataReport Report)
{
    /// <summary>Rows left out because of a problem.</summary>
    public int RejectedRows => Report.Stages is [var read, ..] ? (int)Math.Min(read.RowsIn - read.RowsOut, int.MaxValue) : 0;
}
