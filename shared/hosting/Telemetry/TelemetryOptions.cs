using System.ComponentModel.DataAnnotations;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.Hosting.Telemetry;

/// <summary>Section <c>Telemetry</c>: what a process tells of itself, and to whom. Nothing leaves it unless an endpoint is set.</summary>
public sealed class TelemetryOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Telemetry";

    /// <summary>OTLP over gRPC, port 4317 by custom.</summary>
    public const string Grpc = "grpc";

    /// <summary>OTLP over HTTP with protobuf bodies, port 4318 by custom.</summary>
    public const string HttpProtobuf = "http/protobuf";

    /// <summary>Whether <c>/metrics</c> answers in Prometheus' text format. Default true.</summary>
    public bool Metrics { get; set; } = true;

    /// <summary>Collector that takes traces, metrics and logs by OTLP, such as <c>http://collector:4317</c>; none means that nothing is sent.</summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary><c>grpc</c>, the default, or <c>http/protobuf</c>.</summary>
    [AllowedValues(Grpc, HttpProtobuf)]
    public string OtlpProtocol { get; set; } = Grpc;

    /// <summary>Headers for the collector, <c>name=value</c> with commas between them; they may hold its token.</summary>
    public string? OtlpHeaders { get; set; }

    /// <summary>File that holds the headers; wins over <see cref="OtlpHeaders"/>.</summary>
    public string? OtlpHeadersFile { get; set; }

    /// <summary>Share of the traces that are kept, 0 to 1. Default 1: a run has few spans.</summary>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OtlpEndpoint is not null && (!OtlpEndpoint.IsAbsoluteUri || OtlpEndpoint.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult($"OtlpEndpoint is '{OtlpEndpoint}'; expected http://host:port or https://host:port", [nameof(OtlpEndpoint)]);
        }

        if (OtlpHeadersFile is not null && !File.Exists(OtlpHeadersFile))
        {
            yield return new ValidationResult($"OtlpHeadersFile is '{OtlpHeadersFile}', which does not exist", [nameof(OtlpHeadersFile)]);
        }
    }

    /// <summary>The headers, or null.</summary>
    internal string? ReadHeaders() => OtlpHeadersFile is null && OtlpHeaders is null ? null : SecretText.Read(OtlpHeaders, OtlpHeadersFile);
}
