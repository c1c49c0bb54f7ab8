using System.ComponentModel.DataAnnotations;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.Control.Dashboard;

/// <summary>Settings of the dashboard, section <c>Dashboard</c>.</summary>
public sealed class DashboardOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Dashboard";

    /// <summary>How long a sign-in lasts; 1 minute to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SessionTime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>
    /// Base address of the inference service that the playground asks, such as <c>http://inference:8080</c>; where it is not
    /// set, control's own address, at which the all-in-one answers.
    /// </summary>
    public Uri? InferenceUrl { get; set; }

    /// <summary>PEM file of the authorities that vouch for inference's certificate, if the system's do not.</summary>
    public string? InferenceCaFile { get; set; }

    /// <summary>PEM file of the certificate by which control shows inference who it is, where inference asks for one.</summary>
    public string? InferenceCertificateFile { get; set; }

    /// <summary>PEM file of that certificate's private key.</summary>
    public string? InferenceKeyFile { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (InferenceUrl is { } url && !(url.IsAbsoluteUri && url.Scheme is "http" or "https"))
        {
            yield return new ValidationResult($"InferenceUrl is '{url}', expected an address such as http://inference:8080", [nameof(InferenceUrl)]);
        }

        if (InferenceCaFile is not null && !File.Exists(InferenceCaFile))
        {
            yield return new ValidationResult($"InferenceCaFile is '{InferenceCaFile}', which does not exist", [nameof(InferenceCaFile)]);
        }

        foreach (var problem in ClientCertificate.Problems(InferenceCertificateFile, InferenceKeyFile, "Inference"))
        {
            yield return new ValidationResult(problem, [nameof(InferenceCertificateFile)]);
        }
    }
}
