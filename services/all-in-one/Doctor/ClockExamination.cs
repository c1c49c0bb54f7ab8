using System.Runtime.CompilerServices;
using LoraMesh.Storage;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>Whether this machine's clock agrees with that of the S3 server: leases and signatures depend on it.</summary>
internal sealed class ClockExamination(IBlobStore store, TimeProvider time) : IExamination
{
    // Their time is told in whole seconds, and takes a moment to come.
    private static readonly TimeSpan Harmless = TimeSpan.FromSeconds(5);

    // S3 refuses signatures from a quarter of an hour on; a lease is in danger long before.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    public string Name => "clock";

    public string Advice => "Is the store up? See what was found about it.";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (store is not S3BlobStore s3)
        {
            yield return new Finding(Name, Verdict.Ok, $"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC; nothing else is at hand to compare it with.");
            yield break;
        }

        if (await s3.ServerTimeAsync(cancellationToken) is not { } theirs)
        {
            yield return new Finding(Name, Verdict.Warning, "The store does not say what time it is.", "Compare the clocks by hand; they may differ by some seconds.");
            yield break;
        }

        var apart = (theirs - time.GetUtcNow()).Duration();
        yield return apart <= Harmless
            ? new Finding(Name, Verdict.Ok, "This machine and the store agree on the time.")
            : new Finding(Name, apart > Most ? Verdict.Problem : Verdict.Warning, $"This machine and the store are {apart.TotalSeconds:0} seconds apart.", "Let both follow the same time server (chrony, systemd-timesyncd): workers would take each other's jobs for abandoned.");
    }
}
