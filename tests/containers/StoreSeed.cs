using Amazon.S3;
using Amazon.S3.Model;

namespace LoraMesh.Containers;

/// <summary>What lies in a store before the services start: buckets, the announcement of drops, base models.</summary>
internal static class StoreSeed
{
    private const string Inbox = "lm-inbox";
    private const string Models = "lm-models";
    private const int MaxTries = 60;

    /// <summary>Puts everything there.</summary>
    public static async Task PlantAsync(IAmazonS3 store, MeshOptions options, CancellationToken cancellationToken)
    {
        await store.PutBucketAsync(Inbox, cancellationToken);
        await store.PutBucketAsync(Models, cancellationToken);
        if (options.StoreAnnounces)
        {
            await AnnounceAsync(store, cancellationToken);
        }

        foreach (var (name, folder) in options.Models)
        {
            // config.json last: a model without it is none.
            foreach (var file in Directory.EnumerateFiles(folder).OrderBy(path => Path.GetFileName(path) == "config.json"))
            {
                await store.PutObjectAsync(new PutObjectRequest { BucketName = Models, Key = $"{name}/{Path.GetFileName(file)}", FilePath = file }, cancellationToken);
            }
        }
    }

    // A store may answer before it knows the broker by name.
    private static async Task AnnounceAsync(IAmazonS3 store, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (var tries = 1; ; tries++)
        {
            try
            {
                await store.PutBucketNotificationAsync(Announcement(StoreContainer.EventTarget), cancellationToken);
                return;
            }
            catch (AmazonS3Exception refused)
            {
                if (tries == MaxTries)
                {
                    throw new MeshException($"The store refuses to announce drops to '{StoreContainer.EventTarget}' ({refused.ErrorCode}): {refused.Message}. LORAMESH_S3_EVENTS must name the broker as the store does.");
                }

                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    private static PutBucketNotificationRequest Announcement(string target)
    {
        const string Id = "drops";
        var events = new List<EventType> { EventType.ObjectCreatedAll };
        var request = new PutBucketNotificationRequest { BucketName = Inbox };
        if (target.StartsWith("arn:aws:sns:", StringComparison.Ordinal))
        {
            request.TopicConfigurations = [new TopicConfiguration { Id = Id, Topic = target, Events = events }];
        }
        else
        {
            request.QueueConfigurations = [new QueueConfiguration { Id = Id, Queue = target, Events = events }];
        }

        return request;
    }
}
