using LoraMesh.Containers;
using LoraMesh.Storage;
using LoraMesh.Storage.S3;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>The main job where nothing speaks without TLS: broker, store and services have no other port.</summary>
public sealed class TlsTests
{
    [DockerFact]
    public async Task Drop_OverTlsAlone_BecomesAnAdapterThatAnswers_AndStrangersAreNotTrusted()
    {
        await using var mesh = await RunningMesh.StartAsync(new MeshOptions { Tls = true });
        await mesh.Client.DropTextAsync("tls", "project.yaml", Samples.Short);
        await mesh.Client.DropTextAsync("tls", "tickets.jsonl", Samples.Tickets(60));

        // Announced by the store over amqps, or found by listing.
        await mesh.Client.WaitForEndAsync("tls");

        Assert.All(mesh.Services, service => Assert.Equal("https", service.Address.Scheme));
        Assert.NotEmpty(await mesh.AskAsync("loramesh-tiny", Samples.Question));
        // Who does not know the authority speaks to none of them.
        using var stranger = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(mesh.Service("control").Address));
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(mesh.Store.Endpoint));
        using var foreign = ForeignStore(mesh);
        await Assert.ThrowsAsync<HttpRequestException>(() => foreign.PutAsync("lm-inbox", "tls/x", new MemoryStream([1])));
    }

    // One that trusts another authority than the suite's.
    private static S3BlobStore ForeignStore(RunningMesh mesh)
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-foreign-").FullName;
        using var certificates = new MeshCertificates(folder);
        return new S3BlobStore(new S3Settings(mesh.Store.Endpoint, StoreContainer.AccessKey, StoreContainer.SecretKey, "us-east-1", certificates.AuthorityFile, folder));
    }
}
