using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Trainer;

/// <summary>Settings of the trainer.</summary>
public sealed class TrainerOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Trainer";

    /// <summary>Threads within one tensor operation; null for one per processor.</summary>
    [Range(1, 1024)]
    public int? Threads { get; set; }

    /// <summary>Bytes that the process may take, at least 256 MiB; null for what the machine or its container has free.</summary>
    [Range(256L << 20, long.MaxValue)]
    public long? MemoryBytes { get; set; }
}
