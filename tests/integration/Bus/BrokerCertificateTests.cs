using System.Globalization;
using LoraMesh.Containers;
using LoraMesh.Contracts;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Bus;
using LoraMesh.Hosting.Configuration;
using LoraMesh.UnitTests.Hosting.Bus;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client.Exceptions;

namespace LoraMesh.IntegrationTests.Bus;

/// <summary>A broker that speaks to those alone who show a certificate.</summary>
public sealed class BrokerCertificateTests
{
    [BusFact]
    public async Task Bus_ThatShowsItsCertificate_SendsAndHears_AndWhoShowsNoneIsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-broker-").FullName;
        using var certificates = new MeshCertificates(folder);
        await using var broker = await BrokerContainer.StartAsync(certificates: certificates, asksForCertificates: true);
        var options = Options(broker, certificates);

        await using (var connection = await RabbitMqConnections.Factory(options, "with a certificate").CreateConnectionAsync())
        {
            Assert.True(connection.IsOpen);
        }

        (options.CertificateFile, options.KeyFile) = (null, null);
        await Assert.ThrowsAsync<BrokerUnreachableException>(() => RabbitMqConnections.Factory(options, "without one").CreateConnectionAsync());
        Assert.Equal("faq", (await SendAsync(broker, certificates, folder)).Project);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<AdapterRetired> SendAsync(BrokerContainer broker, MeshCertificates certificates, string folder)
    {
        var heard = new TaskCompletionSource<AdapterRetired>();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddLoraMeshHosting(bus => bus.AddHandler<AdapterRetired>(context =>
        {
            heard.TrySetResult(context.Message);
            return Task.CompletedTask;
        }));
        var options = Options(broker, certificates);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Storage:Folder", folder), new("Bus:Transport", options.Transport), new("Bus:Host", options.Host), new("Bus:Port", broker.Port.ToString(CultureInfo.InvariantCulture)),
            new("Bus:Username", options.Username), new("Bus:Password", options.Password), new("Bus:Tls", "true"),
            new("Bus:CaFile", options.CaFile), new("Bus:CertificateFile", options.CertificateFile), new("Bus:KeyFile", options.KeyFile),
        ]);
        using var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IBus>().Publish(new AdapterRetired { Project = "faq", Version = 1 });
        var message = await heard.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await host.StopAsync();
        return message;
    }

    private static BusOptions Options(BrokerContainer broker, MeshCertificates certificates) => new()
    {
        Transport = BusOptions.RabbitMq,
        Host = broker.Host,
        Port = broker.Port,
        Username = BrokerContainer.Username,
        Password = BrokerContainer.Password,
        Tls = true,
        CaFile = certificates.AuthorityFile,
        CertificateFile = certificates.CertificateFile,
        KeyFile = certificates.KeyFile,
    };
}
