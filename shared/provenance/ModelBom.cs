using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.Provenance;

/// <summary>
/// The bill of materials of an adapter as CycloneDX 1.6 writes it for machine learning (ECMA-424): what it is, its files, its
/// base model and its data. It has no date, so the same adapter has the same bytes; signed with the adapter it binds it to its base.
/// </summary>
public static class ModelBom
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "bom.cdx.json";

    private const string BaseDigest = "loramesh:base:digest";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the bill of an adapter.</summary>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="files">Its files, without the bill.</param>
    public static string Write(AdapterOrigin origin, IEnumerable<SignedFile> files)
    {
        ArgumentNullException.ThrowIfNull(origin);
        var bom = new JsonObject
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["serialNumber"] = $"urn:uuid:{new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{origin.Project}/{origin.AdapterId}")).AsSpan(0, 16))}",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["tools"] = new JsonObject { ["components"] = new JsonArray(new JsonObject { ["type"] = "application", ["name"] = "LoraMesh" }) },
                ["component"] = new JsonObject
                {
                    ["type"] = "machine-learning-model",
                    ["bom-ref"] = "adapter",
                    ["name"] = origin.Project,
                    ["version"] = origin.AdapterId,
                    ["description"] = $"A LoRA adapter for {origin.BaseModel}.",
                    ["modelCard"] = new JsonObject
                    {
                        ["modelParameters"] = new JsonObject
                        {
                            ["approach"] = new JsonObject { ["type"] = "supervised" },
                            ["task"] = "text-generation",
                            ["architectureFamily"] = "transformer",
                            ["datasets"] = new JsonArray(new JsonObject { ["ref"] = "dataset" }),
                        },
                    },
                    ["components"] = new JsonArray([.. files.OrderBy(file => file.Name, StringComparer.Ordinal).Select(Component)]),
                },
            },
            ["components"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "machine-learning-model",
                    ["bom-ref"] = "base",
                    ["name"] = origin.BaseModel,
                    ["version"] = origin.BaseDigest,
                    ["components"] = new JsonArray([.. origin.BaseFiles.OrderBy(file => file.Name, StringComparer.Ordinal).Select(Component)]),
                    ["properties"] = new JsonArray(new JsonObject { ["name"] = BaseDigest, ["value"] = origin.BaseDigest }),
                },
                new JsonObject { ["type"] = "data", ["bom-ref"] = "dataset", ["name"] = origin.Project, ["version"] = origin.DatasetId, ["data"] = new JsonArray(new JsonObject { ["type"] = "dataset" }) }),
            ["dependencies"] = new JsonArray(new JsonObject { ["ref"] = "adapter", ["dependsOn"] = new JsonArray("base", "dataset") }),
        };
        return bom.ToJsonString(Indented) + "\n";
    }

    /// <summary>Checks that a bill is of this adapter.</summary>
    /// <exception cref="SignatureRefusedException">It is of another one, of another base model, or none.</exception>
    public static void Check(string bom, AdapterOrigin expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        try
        {
            var root = JsonNode.Parse(bom, documentOptions: ModelSignature.Strict)!;
            var adapter = root["metadata"]!["component"]!;
            Same("wrong_adapter", "adapter", $"{adapter["name"]}/{adapter["version"]}", $"{expected.Project}/{expected.AdapterId}");
            var parts = root["components"]!.AsArray().ToDictionary(part => part!["bom-ref"]!.GetValue<string>(), part => part!["version"]!.GetValue<string>());
            Same("wrong_base_model", "base model", parts["base"], expected.BaseDigest);
            Same("wrong_dataset", "dataset", parts["dataset"], expected.DatasetId);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or ArgumentException or KeyNotFoundException or NullReferenceException)
        {
            throw new SignatureRefusedException("bom_malformed", $"{FileName} is no bill of materials of an adapter: {problem.Message}");
        }
    }

    private static JsonObject Component(SignedFile file) => new()
    {
        ["type"] = "file",
        ["name"] = file.Name,
        ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-256", ["content"] = file.Sha256 }),
    };

    private static void Same(string code, string what, string signed, string expected)
    {
        if (signed != expected)
        {
            throw new SignatureRefusedException(code, $"its signed bill of materials names the {what} {signed}, its manifest {expected}.");
        }
    }
}

/// <summary>Where an adapter comes from.</summary>
/// <param name="Project">The project.</param>
/// <param name="AdapterId">Content address of the adapter.</param>
/// <param name="DatasetId">Content address of the dataset.</param>
/// <param name="BaseModel">Name of the base model.</param>
/// <param name="BaseDigest">Digest of the base model.</param>
/// <param name="BaseFiles">Files of the base model.</param>
public sealed record AdapterOrigin(string Project, string AdapterId, string DatasetId, string BaseModel, string BaseDigest, IReadOnlyList<SignedFile> BaseFiles);
