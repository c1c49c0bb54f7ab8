using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.Provenance;

/// <summary>
/// Signatures over a model's folder in the format 1.0 of OpenSSF model signing (github.com/sigstore/model-transparency,
/// src/model_signing/_signing): a Sigstore bundle with a DSSE envelope around an in-toto statement that names every file by
/// its SHA-256. Signatures of their command line are read here, and the other way round.
/// </summary>
public static class ModelSignature
{
    /// <summary>Name of the file that holds the signature.</summary>
    public const string FileName = "model.sig";

    /// <summary>Largest signature that is read.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    internal const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    internal const string PayloadType = "application/vnd.in-toto+json";

    // What their signer leaves out too, so that a folder may be kept in Git.
    private static readonly string[] NeverSigned = [FileName, ".git", ".gitattributes", ".github", ".gitignore"];

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Signs files under a name.</summary>
    /// <param name="name">What the folder is called; for people.</param>
    /// <param name="files">Its files.</param>
    /// <param name="key">The key.</param>
    /// <returns>The content of <see cref="FileName"/>.</returns>
    public static string Sign(string name, IEnumerable<SignedFile> files, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var ordered = files.Where(file => !IsNeverSigned(file.Name)).OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        var statement = new JsonObject
        {
            ["_type"] = SignedStatement.StatementType,
            ["subject"] = new JsonArray(new JsonObject { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = SignedStatement.RootDigest(ordered) } }),
            ["predicateType"] = SignedStatement.PredicateType,
            ["predicate"] = new JsonObject
            {
                ["serialization"] = new JsonObject
                {
                    ["method"] = "files",
                    ["hash_type"] = "sha256",
                    ["allow_symlinks"] = false,
                    ["ignore_paths"] = new JsonArray([.. NeverSigned.Select(path => (JsonNode)path)]),
                },
                ["resources"] = new JsonArray([.. ordered.Select(file => (JsonNode)new JsonObject { ["algorithm"] = "sha256", ["digest"] = file.Sha256, ["name"] = file.Name })]),
            },
        };
        var payload = Encoding.UTF8.GetBytes(statement.ToJsonString(Plain));
        var bundle = new JsonObject
        {
            ["mediaType"] = MediaType,
            ["verificationMaterial"] = new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = key.Public.Hint }, ["tlogEntries"] = new JsonArray() },
            ["dsseEnvelope"] = new JsonObject
            {
                ["payload"] = Convert.ToBase64String(payload),
                ["payloadType"] = PayloadType,
                ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(key.Sign(PreAuthentication(payload))), ["keyid"] = "" }),
            },
        };
        return bundle.ToJsonString(Plain);
    }

    /// <summary>Checks that files are exactly those that the owner of a trusted key has signed.</summary>
    /// <param name="bundle">The content of <see cref="FileName"/>.</param>
    /// <param name="files">The files as they are.</param>
    /// <param name="keys">Whose signatures are believed.</param>
    /// <param name="strict">Whether files that the signature itself leaves out, but for those of Git, are refused.</param>
    /// <returns>The key that signed.</returns>
    /// <exception cref="SignatureRefusedException">They are not; the code says why.</exception>
    public static TrustedKey Verify(string bundle, IReadOnlyList<SignedFile> files, IReadOnlyList<TrustedKey> keys, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(keys);
        try
        {
            var (payload, key) = Authenticate(JsonNode.Parse(bundle, documentOptions: Strict)!, keys);
            SignedStatement.Read(payload).Check(files, strict);
            return key;
        }
        catch (Exception problem) when (problem is JsonException or FormatException or InvalidOperationException or ArgumentException or KeyNotFoundException or NullReferenceException or CryptographicException)
        {
            // Foreign bytes: whatever reading them throws is their fault.
            throw Malformed(problem.Message);
        }
    }

    /// <summary>Whether a file is left out of every signature.</summary>
    internal static bool IsNeverSigned(string name) => NeverSigned.Any(path => name == path || name.StartsWith(path + "/", StringComparison.Ordinal));

    internal static JsonDocumentOptions Strict => new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    internal static SignatureRefusedException Malformed(string what) => new("signature_malformed", $"{FileName} is no signature of a model: {what}");

    private static (byte[] Payload, TrustedKey Key) Authenticate(JsonNode bundle, IReadOnlyList<TrustedKey> keys)
    {
        if (bundle["mediaType"]?.GetValue<string>() is not MediaType)
        {
            throw Malformed($"its mediaType is {bundle["mediaType"]?.ToJsonString() ?? "missing"}, expected {MediaType}");
        }

        var envelope = bundle["dsseEnvelope"] ?? throw Malformed("it has no dsseEnvelope");
        if (envelope["payloadType"]?.GetValue<string>() is not PayloadType || envelope["signatures"] is not JsonArray { Count: 1 } signatures)
        {
            throw Malformed($"its envelope must have the payloadType {PayloadType} and one signature");
        }

        var hint = bundle["verificationMaterial"]?["publicKey"]?["hint"]?.GetValue<string>();
        var named = string.IsNullOrEmpty(hint) ? keys : [.. keys.Where(key => key.Hint == hint)];
        if (named.Count == 0)
        {
            throw new SignatureRefusedException("foreign_signature", $"it is signed with the key {hint}, which is not among the {keys.Count} trusted ones ({string.Join(", ", keys.Select(key => key.Hint))}).");
        }

        var payload = Convert.FromBase64String(envelope["payload"]!.GetValue<string>());
        var (signed, signature) = (PreAuthentication(payload), Convert.FromBase64String(signatures[0]!["sig"]!.GetValue<string>()));
        return named.FirstOrDefault(key => key.Verify(signed, signature)) is { } found
            ? (payload, found)
            : throw new SignatureRefusedException("signature_invalid", $"the signature does not belong to its statement and the key {hint ?? "that is trusted"}: one of them was changed.");
    }

    // DSSE 1.0: lengths before each part, so that no two envelopes have the same bytes.
    private static byte[] PreAuthentication(byte[] payload) =>
        [.. Encoding.UTF8.GetBytes($"DSSEv1 {PayloadType.Length} {PayloadType} {payload.Length} "), .. payload];
}
