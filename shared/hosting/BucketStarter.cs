using LoraMesh.Contracts;
using LoraMesh.Storage;
using Microsoft.Extensions.Hosting;

namespace LoraMesh.Hosting;

/// <summary>Makes the buckets before anything else starts.</summary>
internal sealed class BucketStarter(IBlobStore store) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var bucket in Buckets.All)
        {
            await store.EnsureBucketAsync(bucket, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
