using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using MassTransit;

namespace LoraMesh.Hosting.Bus;

/// <summary>The bus over RabbitMQ: quorum queues, confirmed publishing, commands that are refused where no queue takes them.</summary>
internal static class RabbitMqTransport
{
    /// <summary>Configures broker, topology and publishing; endpoints come after it.</summary>
    public static void Configure(IRabbitMqBusFactoryConfigurator transport, BusOptions options)
    {
        transport.Host(options.Host, (ushort)options.PortOrDefault, options.VirtualHost, host =>
        {
            host.Username(SecretText.Read(options.Username, options.UsernameFile));
            host.Password(SecretText.Read(options.Password, options.PasswordFile));
            host.PublisherConfirmation = true;
            if (options.Tls)
            {
                host.UseSsl(tls => Trust(tls, options));
            }
        });
        transport.DeployPublishTopology = true;
        Bind<PrepareDataset>(transport);
        Bind<TrainAdapter>(transport);
        Bind<EvaluateAdapter>(transport);

        // "Confirmed" only says that the broker has it; a command that no queue would take must fail here.
        transport.ConfigurePublish(pipe => pipe.UseExecute(context =>
        {
            if (context.TryGetPayload<RabbitMqSendContext>(out var sending) && IsCommand(context))
            {
                sending.Mandatory = true;
            }
        }));
    }

    /// <summary>Makes a queue that outlives its process a quorum queue; the others are durable and go a minute after their process.</summary>
    public static void ConfigureQueue(string queue, IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit && !ReplicaQueues.IsOne(queue))
        {
            rabbit.SetQuorumQueue();
        }
    }

    private static void Trust(IRabbitMqSslConfigurator tls, BusOptions options)
    {
        tls.ServerName = options.Host;
        tls.Protocol = System.Security.Authentication.SslProtocols.None;
        if (ClientCertificate.Read(options.CertificateFile, options.KeyFile) is { } certificate)
        {
            // The password still says who it is to the broker; the certificate lets the connection come about.
            tls.Certificate = certificate;
        }

        if (options.CaFile is { } file)
        {
            tls.CertificateValidationCallback = (_, certificate, _, problems) => BrokerCertificate.IsTrusted(certificate, problems, file);
        }
    }

    private static bool IsCommand(PublishContext context) =>
        context is PublishContext<PrepareDataset> or PublishContext<TrainAdapter> or PublishContext<EvaluateAdapter>;

    private static void Bind<TCommand>(IRabbitMqBusFactoryConfigurator transport)
        where TCommand : class
    {
        var queue = CommandQueues.Name(CommandQueues.Services[typeof(TCommand)], typeof(TCommand));
        transport.Publish<TCommand>(publish => publish.BindQueue(queue, queue, binding =>
        {
            binding.ExchangeType = "fanout";
            binding.SetQueueArgument("x-queue-type", "quorum");
        }));
    }
}
