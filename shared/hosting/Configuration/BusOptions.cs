using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Section <c>Bus</c>: how messages travel. Credentials come as text or, better, as files, and are never logged.</summary>
public sealed class BusOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Bus";

    /// <summary>Messages stay in the process.</summary>
    public const string Memory = "memory";

    /// <summary>Messages go over RabbitMQ 3.12 or newer.</summary>
    public const string RabbitMq = "rabbitmq";

    /// <summary><c>memory</c>, the default, or <c>rabbitmq</c>.</summary>
    [AllowedValues(Memory, RabbitMq)]
    public string Transport { get; set; } = Memory;

    /// <summary>Host of the broker.</summary>
    [Required]
    public string Host { get; set; } = "localhost";

    /// <summary>Port of the broker. Default 5672, with TLS 5671.</summary>
    [Range(1, 65535)]
    public int? Port { get; set; }

    /// <summary>Virtual host.</summary>
    [Required]
    public string VirtualHost { get; set; } = "/";

    /// <summary>User name.</summary>
    public string? Username { get; set; }

    /// <summary>File that holds the user name; wins over <see cref="Username"/>.</summary>
    public string? UsernameFile { get; set; }

    /// <summary>Password.</summary>
    public string? Password { get; set; }

    /// <summary>File that holds the password; wins over <see cref="Password"/>.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>Whether to speak TLS; the broker's certificate must be valid for <see cref="Host"/>.</summary>
    public bool Tls { get; set; }

    /// <summary>PEM file of the authorities that the broker's certificate is checked against; none means the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>PEM file of the certificate by which this process shows who it is, where the broker asks for one.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of that certificate's private key.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The port that is meant.</summary>
    internal int PortOrDefault => Port ?? (Tls ? 5671 : 5672);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Transport == Memory)
        {
            yield break;
        }

        foreach (var problem in SecretText.Problems(Username, UsernameFile, nameof(Username)).Concat(SecretText.Problems(Password, PasswordFile, nameof(Password))))
        {
            yield return new ValidationResult(problem, [nameof(Transport)]);
        }

        if (CaFile is not null && !File.Exists(CaFile))
        {
            yield return new ValidationResult($"CaFile is '{CaFile}', which does not exist", [nameof(CaFile)]);
        }

        foreach (var problem in ClientCertificate.Problems(CertificateFile, KeyFile))
        {
            yield return new ValidationResult(problem, [nameof(CertificateFile)]);
        }

        if (CertificateFile is not null && !Tls)
        {
            yield return new ValidationResult("a certificate is shown over TLS alone; set Bus:Tls", [nameof(Tls)]);
        }
    }
}
