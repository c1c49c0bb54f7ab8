using System.Net;
using LoraMesh.Contracts;

namespace LoraMesh.Control.Intake;

/// <summary>Reads what stores say of new objects in the inbox.</summary>
public static class StoreDialect
{
    private const string Created = "ObjectCreated:";

    // These write keys as forms do: "in/a b" is "in%2Fa+b". Ceph writes them as they are.
    private static readonly HashSet<string> Escaping = new(["minio:s3", "rustfs:s3", "aws:s3"], StringComparer.Ordinal);

    /// <summary>Keys of the inbox that were written; what is no such record is passed over.</summary>
    public static IEnumerable<string> CreatedKeys(StoreNotification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        foreach (var record in notification.Records ?? [])
        {
            if (record is { EventName: { } name, S3: { Bucket.Name: Buckets.Inbox, Item.Key: { Length: > 0 } key } } && IsCreated(name))
            {
                yield return Escaping.Contains(record.EventSource ?? "") ? WebUtility.UrlDecode(key) : key;
            }
        }
    }

    private static bool IsCreated(string name) =>
        name.StartsWith(Created, StringComparison.Ordinal) || name.StartsWith("s3:" + Created, StringComparison.Ordinal);
}
