using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Inference;

/// <summary>Settings of the service, section <c>Inference</c>.</summary>
public sealed class InferenceOptions : IValidatableObject
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

    /// <summary>Most prompt tokens that wait for a place; a single prompt may have more.</summary>
    [Range(1, long.MaxValue)]
    public long MaxWaitingTokens { get; set; } = 1_000_000;

    /// <summary>Shares of tenants that differ from 1: twice the weight gets twice the tokens. A tenant is the name of a key or, where access is open, a project.</summary>
    public Dictionary<string, double> TenantWeights { get; } = new(StringComparer.Ordinal);

    /// <summary>Longest time from a request's acceptance to the end of its answer; then it ends with an error.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Share of a project's requests, in percent, that its alias <c>canary</c> answers, where it has one.</summary>
    [Range(0.0, 100.0)]
    public double CanaryPercent { get; set; }

    /// <summary>Share of a canary's answers that may fail before the champion answers all requests again; three failures at least.</summary>
    [Range(0.0, 1.0)]
    public double CanaryMaxFailures { get; set; } = 0.05;

    /// <summary>
    /// How much longer than the champion's a canary's answers may take, by the medians of time per token; then the champion answers
    /// all requests again. 0 does not look.
    /// </summary>
    [Range(0.0, 1000.0)]
    public double CanaryMaxSlowdown { get; set; } = 2;

    /// <summary>Names of models that figures tell apart; the rest goes under <c>other</c>.</summary>
    [Range(0, 100_000)]
    public int MaxModelLabels { get; set; } = 200;

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

    /// <summary>Largest file of requests in bytes.</summary>
    [Range(1024, 1L << 34)]
    public long MaxBatchBytes { get; set; } = 200L << 20;

    /// <summary>Most requests of one batch.</summary>
    [Range(1, 10_000_000)]
    public int MaxBatchRequests { get; set; } = 50_000;

    /// <summary>Most batches that wait or are worked on; the next one is refused with 429.</summary>
    [Range(1, 100_000)]
    public int MaxOpenBatches { get; set; } = 1000;

    /// <summary>Requests of a batch that are in line together; what comes from elsewhere shares the engine with them.</summary>
    [Range(1, 1024)]
    public int BatchConcurrency { get; set; } = 8;

    /// <summary>How long files of requests and answers are kept.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "3650.00:00:00")]
    public TimeSpan BatchRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Most bytes of adapters that stay loaded at once, half more than their files have; idle ones leave first, the longest unused of them ahead.</summary>
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

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (tenant, weight) in TenantWeights.Where(one => one.Value is not (> 0 and <= 1_000_000)))
        {
            yield return new ValidationResult(FormattableString.Invariant($"the weight of '{tenant}' is {weight}, expected a number above 0, at most 1000000"), [nameof(TenantWeights)]);
        }
    }
}
