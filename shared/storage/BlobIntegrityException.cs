using LoraMesh.Contracts;

namespace LoraMesh.Storage;

/// <summary>A blob is not what its reference says; nothing of it may be used.</summary>
public sealed class BlobIntegrityException(BlobRef reference, string problem)
    : IOException($"Blob {reference.Bucket}/{reference.Key} is refused: {problem}.");
