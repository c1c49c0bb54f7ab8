using System.Net.Security;
using LoraMesh.Hosting.Configuration;
using RabbitMQ.Client;

namespace LoraMesh.Hosting.Bus;

/// <summary>Connections to the broker beside those of the bus, with the same settings.</summary>
public static class RabbitMqConnections
{
    /// <summary>Makes a factory; nothing is sent yet. It does not connect again by itself.</summary>
    /// <param name="options">Where the broker is, and who we are.</param>
    /// <param name="name">What the broker calls the connection.</param>
    public static ConnectionFactory Factory(BusOptions options, string name)
    {
        ArgumentNullException.ThrowIfNull(options);
        var factory = new ConnectionFactory
        {
            HostName = options.Host,
            Port = options.PortOrDefault,
            VirtualHost = options.VirtualHost,
            UserName = SecretText.Read(options.Username, options.UsernameFile),
            Password = SecretText.Read(options.Password, options.PasswordFile),
            ClientProvidedName = name,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(10),
        };
        if (options.Tls)
        {
            factory.Ssl = new SslOption
            {
                Enabled = true,
                ServerName = options.Host,
                Version = System.Security.Authentication.SslProtocols.None,
                CertificateValidationCallback = (_, certificate, _, problems) =>
                    options.CaFile is { } file ? BrokerCertificate.IsTrusted(certificate, problems, file) : problems == SslPolicyErrors.None,
            };
            if (ClientCertificate.Read(options.CertificateFile, options.KeyFile) is { } certificate)
            {
                factory.Ssl.Certs = [certificate];
            }
        }

        return factory;
    }
}
