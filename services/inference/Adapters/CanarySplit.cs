using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using LoraMesh.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Adapters;

/// <summary>
/// Which of a project's requests its canary answers: the same ones for the same user, as long as the canary is the same.
/// One whose answers fail, or take too long, gets no more of them in this process until another takes its name. Thread-safe.
/// </summary>
public sealed class CanarySplit(IOptions<InferenceOptions> options, ILogger<CanarySplit> logger)
{
    private readonly ConcurrentDictionary<string, (string AdapterId, CanaryTrial Trial)> _trials = new(StringComparer.Ordinal);

    /// <summary>The trial that a request belongs to, or null where the champion answers it.</summary>
    public CanaryTrial? TrialFor(AdapterAlias canary, string user)
    {
        ArgumentNullException.ThrowIfNull(canary);
        return Place(canary.AdapterId, user) < options.Value.CanaryPercent ? TrialOf(canary) : null;
    }

    /// <summary>The trial in which a project's champion is what the canary is held against; null where it is over or nobody asks the canary.</summary>
    public CanaryTrial? TrialOf(AdapterAlias canary)
    {
        ArgumentNullException.ThrowIfNull(canary);
        if (options.Value.CanaryPercent <= 0)
        {
            return null;
        }

        var current = _trials.AddOrUpdate(canary.Project, _ => New(canary), (_, known) => known.AdapterId == canary.AdapterId ? known : New(canary));
        return current.Trial.IsOver ? null : current.Trial;
    }

    private (string AdapterId, CanaryTrial Trial) New(AdapterAlias canary) => (canary.AdapterId, new CanaryTrial(
        options.Value.CanaryMaxFailures, options.Value.CanaryMaxSlowdown, reason => Log.CanaryEnded(logger, canary.Project, canary.Version, reason)));

    // From 0 to 100; another canary has other users.
    private static double Place(string adapterId, string user) =>
        BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{adapterId}\n{user}"))) * (100.0 / (1L << 32));
}
