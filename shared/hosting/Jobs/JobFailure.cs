using System.Globalization;

namespace LoraMesh.Hosting.Jobs;

/// <summary>The codes and sentences of failures that the host finds, not the job.</summary>
public static class JobFailure
{
    /// <summary>Faults of the surroundings outlived the retries.</summary>
    public const string TransientExhausted = "transient_exhausted";

    /// <summary>An exception that no one expected.</summary>
    public const string InternalError = "internal_error";

    /// <summary>The job was issued too often: it probably ends its worker.</summary>
    public const string TooManyAttempts = "too_many_attempts";

    private const int MaxMessage = 300;

    /// <summary>Whether a second try may succeed: storage, network, time-outs.</summary>
    public static bool IsTransient(Exception exception) =>
        exception is IOException or TimeoutException or HttpRequestException or TaskCanceledException { InnerException: TimeoutException };

    /// <summary>Delay before a retry, counting from 0: doubled each time and spread by half, so that many workers do not come back at one moment.</summary>
    /// <param name="retry">0 for the first.</param>
    /// <param name="first">Middle of the first delay.</param>
    /// <param name="spread">Where in the spread, from 0 to 1.</param>
    public static TimeSpan DelayBefore(int retry, TimeSpan first, double spread) => first * Math.Pow(2, retry) * (0.5 + spread);

    internal static string DescribeTransient(Exception exception, int tries) => string.Create(
        CultureInfo.InvariantCulture,
        $"The job was tried {tries} times and each time met a fault of storage or network, last: {FirstLine(exception)} Look after the storage and start the run again.");

    internal static string DescribeWaiting(Exception exception) => $"storage or network: {FirstLine(exception)}";

    internal static string DescribeFault(Exception exception, string owner) =>
        $"The job stopped with an unexpected {exception.GetType().Name}: {FirstLine(exception)} The log of worker {owner} has the details.";

    internal static string DescribeAttempts(JobIdentity identity, int maxAttempts) => string.Create(
        CultureInfo.InvariantCulture,
        $"Job {identity.JobId} was issued {identity.Attempt} times, at most {maxAttempts} are allowed: it probably ends its worker (memory, native crash). The logs of the workers that took it tell more.");

    private static string FirstLine(Exception exception)
    {
        var line = exception.Message.Split('\n', 2)[0].Trim();
        line = line.Length <= MaxMessage ? line : line[..MaxMessage] + "…";
        return line.Length > 0 && line[^1] is '.' or '!' or '…' ? line : line + ".";
    }
}
