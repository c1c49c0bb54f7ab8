using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.Control.Intake;

/// <summary>Lists the inbox, whole or by project, without what is ignored.</summary>
public static class InboxListing
{
    /// <summary>The objects of one project, ordered by key.</summary>
    public static async Task<IReadOnlyList<BlobInfo>> ListProjectAsync(this IBlobStore blobs, string project, CancellationToken cancellationToken)
    {
        var prefix = project == InboxKey.NoProject ? "" : project + "/";
        var found = new List<BlobInfo>();
        await foreach (var item in blobs.ListAsync(Buckets.Inbox, prefix, cancellationToken))
        {
            var key = InboxKey.Parse(item.Key);
            if (key.Project == project && key.Kind != InboxKind.Ignored)
            {
                found.Add(item);
            }
        }

        return found;
    }

    /// <summary>The objects of every project, each project's ordered by key.</summary>
    public static async Task<Dictionary<string, List<BlobInfo>>> ListAllAsync(this IBlobStore blobs, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, List<BlobInfo>>(StringComparer.Ordinal);
        await foreach (var item in blobs.ListAsync(Buckets.Inbox, "", cancellationToken))
        {
            var key = InboxKey.Parse(item.Key);
            if (key.Kind == InboxKind.Ignored)
            {
                continue;
            }

            if (!found.TryGetValue(key.Project, out var objects))
            {
                found[key.Project] = objects = [];
            }

            objects.Add(item);
        }

        return found;
    }
}
