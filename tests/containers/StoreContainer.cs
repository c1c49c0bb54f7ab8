using System.Net;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;

namespace LoraMesh.Containers;

/// <summary>An S3 store in a container: MinIO's image, or the one that <c>LORAMESH_S3_IMAGE</c> names.</summary>
public sealed class StoreContainer : IAsyncDisposable
{
    /// <summary>Access key of the store.</summary>
    public const string AccessKey = "loramesh-test";

    /// <summary>Secret key of the store.</summary>
    public const string SecretKey = "loramesh-test-secret";

    private const string PublicImage = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z";
    private const int Port = 9000;

    private readonly IContainer _container;

    private StoreContainer(IContainer container) => _container = container;

    /// <summary>Where the store answers.</summary>
    public Uri Endpoint => new($"http://{_container.Hostname}:{_container.GetMappedPublicPort(Port)}");

    /// <summary>Starts a store and waits until it answers.</summary>
    public static async Task<StoreContainer> StartAsync(CancellationToken cancellationToken = default)
    {
        var image = Environment.GetEnvironmentVariable("LORAMESH_S3_IMAGE");
        var builder = new ContainerBuilder(string.IsNullOrEmpty(image) ? PublicImage : image)
            .WithPortBinding(Port, true)
            .WithEnvironment("MINIO_ROOT_USER", AccessKey)
            .WithEnvironment("MINIO_ROOT_PASSWORD", SecretKey)
            // Other stores than MinIO know no such path: an answer of 404 is an answer.
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request
                .ForPort(Port).ForPath("/minio/health/ready").ForStatusCodeMatching(code => code is HttpStatusCode.OK or HttpStatusCode.NotFound)));
        if (string.IsNullOrEmpty(image) || image.Contains("minio", StringComparison.Ordinal))
        {
            builder = builder.WithCommand("server", "/data");
        }

        var container = builder.Build();
        await container.StartAsync(cancellationToken);
        return new StoreContainer(container);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
