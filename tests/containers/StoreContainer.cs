using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;

namespace LoraMesh.Containers;

/// <summary>An S3 store in a container: MinIO's image, or the one that <c>LORAMESH_S3_IMAGE</c> names.</summary>
public sealed class StoreContainer : IAsyncDisposable
{
    /// <summary>Access key of the store.</summary>
    public const string AccessKey = "loramesh-test";

    /// <summary>Secret key of the store.</summary>
    public const string SecretKey = "loramesh-test-secret";

    private const string PublicImage = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z";
    private const string Authorities = "/run/certs/CAs/ca.crt";
    private const int Port = 9000;

    private readonly IContainer _container;
    private readonly MeshCertificates? _certificates;

    private StoreContainer(IContainer container, MeshCertificates? certificates) => (_container, _certificates) = (container, certificates);

    /// <summary>Where the store answers.</summary>
    public Uri Endpoint => new($"{(_certificates is null ? "http" : "https")}://{_container.Hostname}:{_container.GetMappedPublicPort(Port)}");

    /// <summary>What the store calls the broker it announces objects to: MinIO's name, or the one that <c>LORAMESH_S3_EVENTS</c> gives.</summary>
    public static string EventTarget => Environment.GetEnvironmentVariable("LORAMESH_S3_EVENTS") is { Length: > 0 } name ? name : "arn:minio:sqs::MESH:amqp";

    /// <summary>Starts a store and waits until it answers; its address stays the same over <see cref="StopAsync"/> and <see cref="StartAgainAsync"/>.</summary>
    /// <param name="brokerNetwork">Network of the broker that it announces objects to; none by default. The exchange must be there before.</param>
    /// <param name="certificates">With them the store speaks TLS and nothing else, to the broker too.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<StoreContainer> StartAsync(INetwork? brokerNetwork = null, MeshCertificates? certificates = null, CancellationToken cancellationToken = default)
    {
        var image = Environment.GetEnvironmentVariable("LORAMESH_S3_IMAGE");
        var builder = new ContainerBuilder(string.IsNullOrEmpty(image) ? PublicImage : image)
            .WithPortBinding(HostPorts.Free(), Port)
            .WithEnvironment("MINIO_ROOT_USER", AccessKey)
            .WithEnvironment("MINIO_ROOT_PASSWORD", SecretKey)
            // Other stores than MinIO know no such path: an answer of 404 is an answer.
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request
                .ForPort(Port).UsingTls(certificates is not null).UsingHttpMessageHandler(certificates?.Handler() ?? new SocketsHttpHandler())
                .ForPath("/minio/health/ready").ForStatusCodeMatching(code => code is HttpStatusCode.OK or HttpStatusCode.NotFound)));
        if (string.IsNullOrEmpty(image) || image.Contains("minio", StringComparison.Ordinal))
        {
            builder = certificates is null ? builder.WithCommand("server", "/data") : builder.WithCommand("server", "--certs-dir", "/run/certs", "/data");
        }

        if (certificates is not null)
        {
            builder = builder
                .WithResourceMapping(await File.ReadAllBytesAsync(certificates.AuthorityFile, cancellationToken), Authorities)
                .WithResourceMapping(await File.ReadAllBytesAsync(certificates.CertificateFile, cancellationToken), "/run/certs/public.crt")
                .WithResourceMapping(await File.ReadAllBytesAsync(certificates.KeyFile, cancellationToken), "/run/certs/private.key")
                .WithEnvironment("SSL_CERT_FILE", Authorities);
        }

        if (brokerNetwork is not null)
        {
            builder = builder.WithNetwork(brokerNetwork)
                .WithEnvironment("MINIO_NOTIFY_AMQP_ENABLE_MESH", "on")
                .WithEnvironment("MINIO_NOTIFY_AMQP_URL_MESH", $"{(certificates is null ? "amqp" : "amqps")}://{BrokerContainer.Username}:{BrokerContainer.Password}@{BrokerContainer.Alias}:{(certificates is null ? 5672 : 5671)}")
                .WithEnvironment("MINIO_NOTIFY_AMQP_EXCHANGE_MESH", BrokerContainer.EventExchange)
                .WithEnvironment("MINIO_NOTIFY_AMQP_EXCHANGE_TYPE_MESH", "topic")
                .WithEnvironment("MINIO_NOTIFY_AMQP_ROUTING_KEY_MESH", "drops")
                .WithEnvironment("MINIO_NOTIFY_AMQP_DURABLE_MESH", "on")
                .WithEnvironment("MINIO_NOTIFY_AMQP_DELIVERY_MODE_MESH", "2");
        }

        var container = builder.Build();
        await container.StartAsync(cancellationToken);
        return new StoreContainer(container, certificates);
    }

    /// <summary>A client of the store with all rights.</summary>
    public IAmazonS3 Connect() => new AmazonS3Client(new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config
    {
        ServiceURL = Endpoint.ToString(),
        ForcePathStyle = true,
        HttpClientFactory = _certificates?.S3Handler(),
        AuthenticationRegion = "us-east-1",
        // Servers older than these checksums refuse them.
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });

    /// <summary>Stops the store; its content stays.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _container.StopAsync(cancellationToken);

    /// <summary>Starts a stopped store and waits until it answers.</summary>
    public Task StartAgainAsync(CancellationToken cancellationToken = default) => _container.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
