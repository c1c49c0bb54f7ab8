using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LoraMesh.Provenance;
using LoraMesh.UnitTests.Storage;

namespace LoraMesh.UnitTests.Provenance;

public sealed class ModelSignatureTests : IDisposable
{
    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Provenance", "golden");

    private readonly SigningKey _key = SigningKey.Create();
    private readonly IReadOnlyList<SignedFile> _files = [new("adapter_config.json", new string('a', 64)), new("sub/weights.safetensors", new string('b', 64))];

    [Theory]
    [InlineData("v1.0.1-elliptic-key")]
    [InlineData("v1.1.0-elliptic-key")]
    public void Verify_SignatureOfTheirSigner_IsBelieved(string folder)
    {
        var signed = Path.Combine(Golden, folder);
        var keys = TrustedKey.FromPem(File.ReadAllText(Path.Combine(Golden, "signing-key-pub.pem")));

        // Their own scripts check it with --ignore-paths.
        var files = SignedFile.OfFolder(signed).Where(file => file.Name != "ignore-me").ToList();

        var key = ModelSignature.Verify(File.ReadAllText(Path.Combine(signed, "model.sig")), files, keys);

        Assert.Equal("e8450dec4eb99dae995da9af1bc2cc9f76ed669ee2e744f57abba763df3e3f8e", key.Hint);
    }

    [Fact]
    public void Verify_FileThatTheSignatureIgnores_IsRefusedWhenStrict()
    {
        var signed = Path.Combine(Golden, "v1.1.0-elliptic-key");
        var keys = TrustedKey.FromPem(File.ReadAllText(Path.Combine(Golden, "signing-key-pub.pem")));
        var bundle = File.ReadAllText(Path.Combine(signed, "model.sig"));

        Assert.Equal("file_not_signed", Refused(() => ModelSignature.Verify(bundle, SignedFile.OfFolder(signed), keys)).Code);
        ModelSignature.Verify(bundle, SignedFile.OfFolder(signed), keys, strict: false);
    }

    [Fact]
    public void Sign_HasTheMembersOfTheirSigner()
    {
        var own = JsonNode.Parse(ModelSignature.Sign("adapter", _files, _key))!;
        var theirs = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden, "v1.1.0-elliptic-key", "model.sig")))!;

        Assert.Equal(Members(theirs), Members(own));
        Assert.Equal(Members(Statement(theirs)), Members(Statement(own)));
        Assert.Equal(theirs["mediaType"]!.GetValue<string>(), own["mediaType"]!.GetValue<string>());
        Assert.Equal(Statement(theirs)["predicateType"]!.GetValue<string>(), Statement(own)["predicateType"]!.GetValue<string>());
    }

    [Fact]
    public void Sign_StatementAndSignature_AreAsTheFormatSays()
    {
        var bundle = JsonNode.Parse(ModelSignature.Sign("adapter", _files.Reverse(), _key))!;

        var envelope = bundle["dsseEnvelope"]!;
        var payload = Convert.FromBase64String(envelope["payload"]!.GetValue<string>());
        byte[] signed = [.. Encoding.UTF8.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {payload.Length} "), .. payload];
        using var check = ECDsa.Create();
        check.ImportFromPem(_key.Public.Pem);
        Assert.True(check.VerifyData(signed, Convert.FromBase64String(envelope["signatures"]![0]!["sig"]!.GetValue<string>()), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

        var statement = Statement(bundle);
        Assert.Equal(["adapter_config.json", "sub/weights.safetensors"], statement["predicate"]!["resources"]!.AsArray().Select(file => file!["name"]!.GetValue<string>()));
        var digests = _files.SelectMany(file => Convert.FromHexString(file.Sha256)).ToArray();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(digests)), statement["subject"]![0]!["digest"]!["sha256"]!.GetValue<string>());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_key.Public.Pem))), bundle["verificationMaterial"]!["publicKey"]!["hint"]!.GetValue<string>());
        Assert.EndsWith("-----END PUBLIC KEY-----\n", _key.Public.Pem, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_OwnSignature_IsBelievedByItsKeyAmongOthers()
    {
        using var other = SigningKey.Create();
        var bundle = ModelSignature.Sign("adapter", _files, _key);

        Assert.Equal(_key.Public.Hint, ModelSignature.Verify(bundle, _files, TrustedKey.FromPem(other.Public.Pem + "a note between\n" + _key.Public.Pem)).Hint);
    }

    [Fact]
    public void Verify_AnyByteOfPayloadOrSignatureChanged_IsRefused()
    {
        var bundle = JsonNode.Parse(ModelSignature.Sign("adapter", _files, _key))!;
        var envelope = bundle["dsseEnvelope"]!;
        foreach (var (holder, member) in new[] { (envelope, "payload"), (envelope["signatures"]![0]!, "sig") })
        {
            var bytes = Convert.FromBase64String(holder[member]!.GetValue<string>());
            for (var at = 0; at < bytes.Length; at++)
            {
                bytes[at] ^= 1;
                holder[member] = Convert.ToBase64String(bytes);
                Assert.Contains(Refused(() => ModelSignature.Verify(bundle.ToJsonString(), _files, [_key.Public])).Code, (string[])["signature_invalid", "signature_malformed"]);
                bytes[at] ^= 1;
            }

            holder[member] = Convert.ToBase64String(bytes);
        }

        ModelSignature.Verify(bundle.ToJsonString(), _files, [_key.Public]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"mediaType\":7}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"dsseEnvelope\":{\"payload\":\"!\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{\"sig\":\"\"}]}}")]
    [InlineData("{\"mediaType\":\"a\",\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}")]
    public void Verify_OfWhatIsNoSignature_SaysSo(string bundle) =>
        Assert.Equal("signature_malformed", Refused(() => ModelSignature.Verify(bundle, _files, [_key.Public])).Code);

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void Key_OfWhatIsNone_IsAFormatErrorWithoutTheText(string pem)
    {
        var problem = Assert.Throws<FormatException>(() => SigningKey.FromPem(pem));

        Assert.DoesNotContain("AAAA", problem.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => TrustedKey.FromPem(pem));
    }

    [Fact]
    public void Key_OnAForeignCurve_IsRefused()
    {
        // 256 bits, but not P-256.
        using var bitcoin = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));

        Assert.Contains("P-256", Assert.Throws<FormatException>(() => SigningKey.FromPem(bitcoin.ExportPkcs8PrivateKeyPem())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_OnLargerCurves_SignsAndIsBelieved()
    {
        foreach (var curve in new[] { ECCurve.NamedCurves.nistP384, ECCurve.NamedCurves.nistP521 })
        {
            using var made = ECDsa.Create(curve);
            using var key = SigningKey.FromPem(made.ExportECPrivateKeyPem());
            ModelSignature.Verify(ModelSignature.Sign("adapter", _files, key), _files, [key.Public]);
        }
    }

    [Fact]
    public void Folder_WithALink_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(Path.Combine(folder.Path, "adapter_model.safetensors"), "/etc/hostname");

        Assert.Equal("link", Refused(() => SignedFile.OfFolder(folder.Path)).Code);
    }

    public void Dispose() => _key.Dispose();

    private static SignatureRefusedException Refused(Action act) => Assert.Throws<SignatureRefusedException>(act);

    private static JsonNode Statement(JsonNode bundle) => JsonNode.Parse(Convert.FromBase64String(bundle["dsseEnvelope"]!["payload"]!.GetValue<string>()))!;

    // Names of all members with their places, without the elements of lists, whose number differs.
    private static string[] Members(JsonNode node) => [.. Walk(node, "").Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Walk(JsonNode? node, string path) => node switch
    {
        JsonObject members => members.SelectMany(member => Walk(member.Value, $"{path}.{member.Key}").Prepend($"{path}.{member.Key}")),
        JsonArray elements => elements.SelectMany(element => Walk(element, path + "[]")),
        _ => [],
    };
}
