using System.ComponentModel.DataAnnotations;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.Control.Registry;

/// <summary>Section <c>Database</c>: where control keeps projects, runs and versions. Credentials come as text or, better, as files, and are never logged.</summary>
public sealed class DatabaseOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Database";

    /// <summary>A file that belongs to one process.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>A PostgreSQL server, which several replicas of control may share.</summary>
    public const string Postgres = "postgresql";

    /// <summary><c>sqlite</c>, the default, or <c>postgresql</c>.</summary>
    [AllowedValues(Sqlite, Postgres)]
    public string Kind { get; set; } = Sqlite;

    /// <summary>The file of <c>sqlite</c>. Default: <c>control.db</c> in <c>Storage:Folder</c>.</summary>
    public string? File { get; set; }

    /// <summary>Host of the server.</summary>
    [Required]
    public string Host { get; set; } = "localhost";

    /// <summary>Port of the server. Default 5432.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 5432;

    /// <summary>Name of the database on the server. It must exist; its tables are made.</summary>
    [Required]
    public string Name { get; set; } = "loramesh";

    /// <summary>User name; owner of the tables.</summary>
    public string? Username { get; set; }

    /// <summary>File that holds the user name; wins over <see cref="Username"/>.</summary>
    public string? UsernameFile { get; set; }

    /// <summary>Password.</summary>
    public string? Password { get; set; }

    /// <summary>File that holds the password; wins over <see cref="Password"/>.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>Whether to speak TLS; the server's certificate must be valid for <see cref="Host"/>.</summary>
    public bool Tls { get; set; }

    /// <summary>PEM file of the authorities that the server's certificate is checked against; none means the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>PEM file of the certificate by which this process shows who it is, where the server asks for one.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of that certificate's private key.</summary>
    public string? KeyFile { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind != Postgres)
        {
            yield break;
        }

        foreach (var problem in SecretText.Problems(Username, UsernameFile, nameof(Username)).Concat(SecretText.Problems(Password, PasswordFile, nameof(Password))))
        {
            yield return new ValidationResult(problem, [nameof(Kind)]);
        }

        if (CaFile is not null && !System.IO.File.Exists(CaFile))
        {
            yield return new ValidationResult($"CaFile is '{CaFile}', which does not exist", [nameof(CaFile)]);
        }

        foreach (var problem in ClientCertificate.Problems(CertificateFile, KeyFile))
        {
            yield return new ValidationResult(problem, [nameof(CertificateFile)]);
        }
    }
}
