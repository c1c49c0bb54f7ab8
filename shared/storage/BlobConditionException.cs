namespace LoraMesh.Storage;

/// <summary>A conditional write found the blob in another state: someone else was first.</summary>
public sealed class BlobConditionException(string bucket, string key)
    : IOException($"Blob {bucket}/{key} is no longer in the expected state: someone else wrote it first.");
