using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Inference;

/// <summary>Settings of the service, section <c>Inference</c>.</summary>
public sealed class InferenceOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Inference";

    /// <summary>Base model to serve from the start: a folder name in the bucket of models. Others are loaded when an adapter needs them.</summary>
    [Required]
    public string Model { get; set; } = "loramesh-tiny";

    /// <summary>Most base models loaded at once.</summary>
    [Range(1, 1000)]
    public int MaxModels { get; set; } = 4;

    /// <summary>Threads within one tensor operation; none means one per processor.</summary>
    [Range(1, 1024)]
    public int? Threads { get; set; }

    /// <summary>How precisely the base model's weights are held and multiplied; adapters, norms and attention are float32 always.</summary>
    public ServingPrecision Precision { get; set; } = ServingPrecision.Exact;

    /// <summary>Most answers generated together.</summary>
    [Range(1, 1024)]
    public int MaxBatchSize { get; set; } = 16;

    /// <summary>Most requests that wait for a place; the next one is refused with 429.</summary>
    [Range(1, 100_000)]
    public int MaxWaitingRequests { get; set; } = 256;

    /// <summary>Most prompt tokens read between two steps of the running answers.</summary>
    [Range(1, 1_000_000)]
    public int PrefillTokensPerTurn { get; set; } = 512;

    /// <summary>Prompt tokens read at once; whoever leaves while a prompt is read is noticed after so many.</summary>
    [Range(1, 1_000_000)]
    public int PrefillChunk { get; set; } = 256;

    /// <summary>
    /// Most bytes of what has been computed of earlier prompts, which later ones that begin alike take over; 0 computes everything anew.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long PrefixCacheBytes { get; set; } = 256L << 20;

    /// <summary>Most choices of one request.</summary>
    [Range(1, 128)]
    public int MaxChoices { get; set; } = 4;

    /// <summary>Largest request body in bytes.</summary>
    [Range(1024, 1L << 30)]
    public long MaxRequestBytes { get; set; } = 1024 * 1024;

    /// <summary>Most bytes of adapter files that stay loaded at once; idle ones leave first, the longest unused of them ahead.</summary>
    [Range(1024, long.MaxValue)]
    public long AdapterMemoryBytes { get; set; } = 1L << 30;

    /// <summary>How often the aliases in the store are read.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Silence in a stream after which a comment line keeps proxies from closing it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan StreamPing { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What clients are told to wait after a 429.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);
}
