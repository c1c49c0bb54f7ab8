using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace LoraMesh.Provenance;

/// <summary>The in-toto statement within a signature: which files there are, by digest.</summary>
/// <param name="Resources">The files in the order in which the statement has them.</param>
/// <param name="Ignored">Paths that it leaves out.</param>
internal sealed record SignedStatement(IReadOnlyList<SignedFile> Resources, IReadOnlyList<string> Ignored)
{
    public const string StatementType = "https://in-toto.io/Statement/v1";
    public const string PredicateType = "https://model_signing/signature/v1.0";

    /// <summary>SHA-256 over the files' digests in their order.</summary>
    public static string RootDigest(IEnumerable<SignedFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Convert.FromHexString(file.Sha256));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static SignedStatement Read(byte[] payload)
    {
        var statement = JsonNode.Parse(payload, documentOptions: ModelSignature.Strict)!;
        Expect(statement, "_type", StatementType);
        Expect(statement, "predicateType", PredicateType);
        if (statement["subject"] is not JsonArray { Count: 1 } subjects)
        {
            throw ModelSignature.Malformed("its statement must have one subject");
        }

        var serialization = statement["predicate"]!["serialization"]!;
        Expect(serialization, "method", "files");
        Expect(serialization, "hash_type", "sha256");
        var resources = statement["predicate"]!["resources"]!.AsArray().Select(Resource).ToList();
        var root = subjects[0]!["digest"]!["sha256"]!.GetValue<string>();
        if (RootDigest(resources) != root)
        {
            throw ModelSignature.Malformed($"its subject has the digest {root}, its files {RootDigest(resources)}");
        }

        return new SignedStatement(resources, serialization["ignore_paths"]?.AsArray().Select(path => path!.GetValue<string>()).ToList() ?? []);
    }

    /// <summary>Compares with the files as they are.</summary>
    public void Check(IReadOnlyList<SignedFile> files, bool strict)
    {
        var found = files.Where(file => !ModelSignature.IsNeverSigned(file.Name)).ToDictionary(file => file.Name, file => file.Sha256, StringComparer.Ordinal);
        foreach (var (name, sha256) in Resources)
        {
            if (!found.Remove(name, out var actual))
            {
                throw new SignatureRefusedException("file_missing", $"{name} is signed, but is not there.");
            }

            if (!string.Equals(actual, sha256, StringComparison.OrdinalIgnoreCase))
            {
                throw new SignatureRefusedException("file_changed", $"{name} has the SHA-256 {actual}; {sha256} was signed.");
            }
        }

        if (found.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name => strict || !IsIgnored(name)) is { } stranger)
        {
            throw new SignatureRefusedException("file_not_signed", $"{stranger} is there, but was not signed.");
        }
    }

    private bool IsIgnored(string name) => Ignored.Any(path => name == path || name.StartsWith(path + "/", StringComparison.Ordinal));

    private static SignedFile Resource(JsonNode? node)
    {
        Expect(node!, "algorithm", "sha256");
        var digest = node!["digest"]!.GetValue<string>();
        return digest.Length == 64 ? new SignedFile(node["name"]!.GetValue<string>(), digest) : throw ModelSignature.Malformed($"the digest '{digest}' is no SHA-256");
    }

    private static void Expect(JsonNode node, string member, string value)
    {
        if (node[member]?.GetValue<string>() != value)
        {
            throw ModelSignature.Malformed($"its {member} is {node[member]?.ToJsonString() ?? "missing"}, expected {value}");
        }
    }
}
