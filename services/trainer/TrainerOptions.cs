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

    /// <summary>
    /// Trainings that this process has under way at once, by turns, a step at a time: short ones do not wait for long ones, and those on
    /// one base model share its weights. More of them take no less time in all.
    /// </summary>
    [Range(1, 64)]
    public int JobsAtOnce { get; set; } = 1;

    /// <summary>Bytes that the process may take, at least 256 MiB; null for what the machine or its container has free.</summary>
    [Range(256L << 20, long.MaxValue)]
    public long? MemoryBytes { get; set; }
}
