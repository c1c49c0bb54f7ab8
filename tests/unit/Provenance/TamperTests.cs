using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Provenance;
using LoraMesh.Provenance;
using LoraMesh.Storage;
using LoraMesh.UnitTests.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.UnitTests.Provenance;

/// <summary>A signed adapter in a store, and everything that somebody with write access to the store may do to it.</summary>
public sealed class TamperTests : IDisposable
{
    private const string Folder = "faq/a1";

    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _key = SigningKey.Create();
    private readonly SigningKey _foreign = SigningKey.Create();
    private readonly FolderBlobStore _store;
    private readonly LocalBlobCache _cache;

    public TamperTests()
    {
        _store = new FolderBlobStore(Path.Combine(_folder.Path, "blobs"));
        _cache = new LocalBlobCache(_store, Path.Combine(_folder.Path, "cache"), 1 << 20, TimeProvider.System);
    }

    public static TheoryData<string, string> Corpus => new()
    {
        { "flipped byte of the weights", "blob" },
        { "flipped byte of the settings", "blob" },
        { "flipped byte, manifest made to fit", "file_changed" },
        { "swapped files, manifest made to fit", "file_changed" },
        { "weights of another adapter", "file_changed" },
        { "file added", "file_not_signed" },
        { "file removed", "file_missing" },
        { "file renamed", "file_missing" },
        { "other base model in the manifest", "wrong_base_model" },
        { "other dataset in the manifest", "wrong_dataset" },
        { "signature removed", "signature_missing" },
        { "signature emptied", "signature_malformed" },
        { "signature cut off", "signature_malformed" },
        { "signature far too long", "signature_malformed" },
        { "signature of another adapter", "file_changed" },
        { "signed with another key", "foreign_signature" },
        { "signed with another key under the name of the trusted one", "signature_invalid" },
        { "changed and signed again with another key", "foreign_signature" },
        { "adapter of another project under this name", "wrong_adapter" },
        { "bill of materials left out before signing", "bom_missing" },
        { "pickle renamed to safetensors and signed", "unsafe_file" },
        { "zip archive of a pickle renamed and signed", "unsafe_file" },
        { "pickle beside the weights and signed", "unsafe_file" },
    };

    [Theory]
    [MemberData(nameof(Corpus))]
    public async Task Check_AfterTampering_RefusesWithTheReason(string what, string expected)
    {
        var manifest = await TamperAsync(what, await PutAsync("a1", Files()));

        var problem = await Record.ExceptionAsync(() => CheckAsync(manifest, _key));

        if (expected == "blob")
        {
            Assert.IsType<BlobIntegrityException>(problem);
        }
        else
        {
            Assert.Equal(expected, Assert.IsType<SignatureRefusedException>(problem).Code);
        }
    }

    [Fact]
    public async Task Check_Untouched_Passes() => await CheckAsync(await PutAsync("a1", Files()), _key);

    [Fact]
    public async Task Check_WithoutTrustedKeys_TakesUnsignedAdaptersButNoPickles()
    {
        await CheckAsync(await PutAsync("a1", Files(), signer: null), trusted: null);

        var pickle = await PutAsync("a2", Files() with { Weights = [0x80, 4, 0x95, 1, 2, 3] }, signer: null);
        Assert.Equal("unsafe_file", (await Assert.ThrowsAsync<SignatureRefusedException>(() => CheckAsync(pickle, trusted: null))).Code);
    }

    [Fact]
    public async Task IsOwn_AfterAnotherSigned_IsFalse()
    {
        var manifest = await PutAsync("a1", Files());

        Assert.True(await Signer(_key).IsOwnAsync(manifest, CancellationToken.None));
        Assert.False(await Signer(_foreign).IsOwnAsync(manifest, CancellationToken.None));
        Assert.True(await Signer(null).IsOwnAsync(manifest, CancellationToken.None));
    }

    [Fact]
    public async Task Bom_SaysWhatCycloneDxAsksAndIsTheSameAgain()
    {
        var origin = AdapterTrust.OriginOf(await PutAsync("a1", Files()));

        var bom = ModelBom.Write(origin, [new SignedFile("adapter_model.safetensors", new string('a', 64))]);

        var json = JsonNode.Parse(bom)!;
        Assert.Equal(bom, ModelBom.Write(origin, [new SignedFile("adapter_model.safetensors", new string('a', 64))]));
        Assert.Equal(("CycloneDX", "1.6", "machine-learning-model"), (json["bomFormat"]!.GetValue<string>(), json["specVersion"]!.GetValue<string>(), json["metadata"]!["component"]!["type"]!.GetValue<string>()));
        Assert.Matches("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", json["serialNumber"]!.GetValue<string>());
        Assert.Equal("config.json", json["components"]![0]!["components"]![0]!["name"]!.GetValue<string>());
        var known = json["components"]!.AsArray().Select(part => part!["bom-ref"]!.GetValue<string>());
        Assert.All(json["dependencies"]![0]!["dependsOn"]!.AsArray(), reference => Assert.Contains(reference!.GetValue<string>(), known));
    }

    public void Dispose()
    {
        _key.Dispose();
        _foreign.Dispose();
        _folder.Dispose();
    }

    private sealed record Content(byte[] Config, byte[] Weights, byte[]? More = null, string MoreName = "more.txt", bool Bom = true, string Project = "faq");

    private static Content Files(byte seed = 1) => new(Encoding.UTF8.GetBytes($$"""{"r": {{seed}}, "base_model_name_or_path": "tiny"}"""), Safetensors(seed));

    private async Task<AdapterManifest> TamperAsync(string what, AdapterManifest manifest)
    {
        var (config, weights) = ($"{Folder}/adapter_config.json", $"{Folder}/adapter_model.safetensors");
        switch (what)
        {
            case "flipped byte of the weights":
                await FlipAsync(weights);
                return manifest;
            case "flipped byte of the settings":
                await FlipAsync(config);
                return manifest;
            case "flipped byte, manifest made to fit":
                await FlipAsync(weights);
                return await RefitAsync(manifest);
            case "swapped files, manifest made to fit":
                var (first, second) = (await ReadAsync(config), await ReadAsync(weights));
                await WriteAsync(config, second);
                await WriteAsync(weights, first);
                return await RefitAsync(manifest);
            case "weights of another adapter":
                await WriteAsync(weights, Safetensors(9));
                return await RefitAsync(manifest);
            case "file added":
                return manifest with { Files = [.. manifest.Files, await WriteAsync($"{Folder}/chat_template.jinja", "{{ x }}"u8.ToArray())] };
            case "file removed":
                return manifest with { Files = [.. manifest.Files.Where(file => file.Key != config)] };
            case "file renamed":
                return manifest with { Files = [.. manifest.Files.Where(file => file.Key != config), await WriteAsync($"{Folder}/adapter_config.json.txt", await ReadAsync(config))] };
            case "other base model in the manifest":
                return manifest with { Model = manifest.Model with { Digest = "m2" } };
            case "other dataset in the manifest":
                return manifest with { DatasetId = "d2" };
            case "signature removed":
                await _store.DeleteAsync(Buckets.Adapters, $"{Folder}/model.sig");
                return manifest;
            case "signature emptied":
                await WriteAsync($"{Folder}/model.sig", []);
                return manifest;
            case "signature cut off":
                await WriteAsync($"{Folder}/model.sig", (await ReadAsync($"{Folder}/model.sig"))[..^20]);
                return manifest;
            case "signature far too long":
                await WriteAsync($"{Folder}/model.sig", new byte[ModelSignature.MaxBytes + 1]);
                return manifest;
            case "signature of another adapter":
                await PutAsync("a2", Files(2));
                await WriteAsync($"{Folder}/model.sig", await ReadAsync("faq/a2/model.sig"));
                return manifest;
            case "signed with another key":
                await Signer(_foreign).SignAsync(manifest, CancellationToken.None);
                return manifest;
            case "signed with another key under the name of the trusted one":
                await Signer(_foreign).SignAsync(manifest, CancellationToken.None);
                var text = Encoding.UTF8.GetString(await ReadAsync($"{Folder}/model.sig"));
                await WriteAsync($"{Folder}/model.sig", Encoding.UTF8.GetBytes(text.Replace(_foreign.Public.Hint, _key.Public.Hint, StringComparison.Ordinal)));
                return manifest;
            case "changed and signed again with another key":
                await FlipAsync(weights);
                var refitted = await RefitAsync(manifest);
                await Signer(_foreign).SignAsync(refitted, CancellationToken.None);
                return refitted;
            case "adapter of another project under this name":
                var strange = await PutAsync("a1", Files() with { Project = "other" });
                foreach (var file in strange.Files.Select(file => file.Key).Append("other/a1/model.sig"))
                {
                    await WriteAsync("faq" + file["other".Length..], await ReadAsync(file));
                }

                return await RefitAsync(manifest);
            case "bill of materials left out before signing":
                return await PutAsync("a1", Files() with { Bom = false });
            case "pickle renamed to safetensors and signed":
                return await PutAsync("a1", Files() with { Weights = [0x80, 2, (byte)'c', 1, 2, 3] });
            case "zip archive of a pickle renamed and signed":
                return await PutAsync("a1", Files() with { Weights = [(byte)'P', (byte)'K', 3, 4, 20, 0] });
            case "pickle beside the weights and signed":
                return await PutAsync("a1", Files() with { More = [1, 2, 3], MoreName = "pytorch_model.bin" });
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, "There is no such tampering.");
        }
    }

    private async Task<AdapterManifest> PutAsync(string adapterId, Content content) => await PutAsync(adapterId, content, _key);

    private async Task<AdapterManifest> PutAsync(string adapterId, Content content, SigningKey? signer)
    {
        var folder = $"{content.Project}/{adapterId}";
        await _store.EnsureBucketAsync(Buckets.Adapters);
        var model = new ModelRef { Name = "tiny", Digest = "m1", Files = [new BlobRef { Bucket = Buckets.Models, Key = "tiny/config.json", Sha256 = new string('c', 64), Bytes = 2 }] };
        var manifest = new AdapterManifest { AdapterId = adapterId, Project = content.Project, DatasetId = "d1", Model = model, ChatTemplateSha256 = new string('e', 64), Files = [] };
        List<BlobRef> files = [await WriteAsync($"{folder}/adapter_config.json", content.Config), await WriteAsync($"{folder}/adapter_model.safetensors", content.Weights)];
        if (content.More is { } more)
        {
            files.Add(await WriteAsync($"{folder}/{content.MoreName}", more));
        }

        if (content.Bom)
        {
            var signed = files.Select(file => new SignedFile(file.Key[(folder.Length + 1)..], file.Sha256));
            files.Add(await WriteAsync($"{folder}/{ModelBom.FileName}", Encoding.UTF8.GetBytes(ModelBom.Write(AdapterTrust.OriginOf(manifest), signed))));
        }

        manifest = manifest with { Files = files };
        await Signer(signer).SignAsync(manifest, CancellationToken.None);
        return manifest;
    }

    private async Task CheckAsync(AdapterManifest manifest, SigningKey? trusted)
    {
        var folder = await _cache.FetchFolderAsync(manifest.Files, $"{manifest.Project}/{manifest.AdapterId}/");
        await new AdapterTrust(_store, Options.Create(new ProvenanceOptions { TrustedKeys = trusted?.Public.Pem })).CheckAsync(manifest, folder, CancellationToken.None);
    }

    private AdapterSigner Signer(SigningKey? key) => new(_store, Options.Create(new ProvenanceOptions { SigningKey = key?.ToPem() }));

    private async Task<AdapterManifest> RefitAsync(AdapterManifest manifest)
    {
        var files = new List<BlobRef>();
        foreach (var file in manifest.Files)
        {
            files.Add(await WriteAsync(file.Key, await ReadAsync(file.Key)));
        }

        return manifest with { Files = files };
    }

    private async Task FlipAsync(string key)
    {
        var bytes = await ReadAsync(key);
        bytes[^2] ^= 4;
        await WriteAsync(key, bytes);
    }

    private async Task<byte[]> ReadAsync(string key)
    {
        await using var content = (await _store.OpenReadAsync(Buckets.Adapters, key))!;
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task<BlobRef> WriteAsync(string key, byte[] bytes)
    {
        using var content = new MemoryStream(bytes);
        return await _store.PutAsync(Buckets.Adapters, key, content);
    }

    private static byte[] Safetensors(byte seed)
    {
        var header = """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"""u8;
        var bytes = new byte[8 + header.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes.AsSpan(8));
        bytes.AsSpan(8 + header.Length).Fill(seed);
        return bytes;
    }
}
