using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.Formats;
using LoraMesh.Formats.Gguf;
using LoraMesh.Text;
using LoraMesh.UnitTests.Text;

namespace LoraMesh.UnitTests.Fuzzing;

/// <summary>Every reader of foreign files. A new one is a line in <see cref="All"/>.</summary>
internal static class FuzzTargets
{
    private static readonly string[] JsonWords =
        ["\"", "\\", "{", "}", "[", "]", ",", ":", "null", "true", "\\ud800", "\\u0000", "{\"type\":\"", "[[[[[[[[", "\"\":", "1e999", "-", "é", "\uFEFF"];

    private static readonly string[] JinjaWords =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-%}", "{%-", " for m in messages ", "{% endfor %}", "{% if ", "{% else %}", "{% endif %}", "|tojson", "|join", "|length",
        " is defined", "[::-1]", "[-1]", " ~ ", " * ", " ** ", "range(99999999)", "'%9999999d' % 1", "'{:>9999999}'.format(1)", "namespace(", "loop.", "(", ")", "'", "\"", "\\",
        "{% macro f(a) %}", "{% endmacro %}", "f(f(f(1)))", "{% set x = ", "{% generation %}", "{% endgeneration %}", "raise_exception(", "|indent(999999)", "|batch(0)", ".split('')",
        "messages", "tools", " recursive", "{% break %}", "((((((((", "[[[[[[[[", "not ", "|sort", "|map('", "|center(99999999)", "1e999", "'a' * 99999999", "|round(400)", "|replace('', 'aa')",
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("safetensors", Safetensors(), FuzzTarget.Bytes([.. JsonWords, "F32", "\"shape\":[", "\"data_offsets\":[0,", "__metadata__"]), ReadSafetensors, [typeof(InvalidDataException)]),
        new("safetensors header", FuzzTarget.Bytes(SafetensorsHeaders), FuzzTarget.Bytes([.. JsonWords, "F32", "\"shape\":[", "\"data_offsets\":[0,", "__metadata__"]), header => ReadSafetensors(WithHeader(header)), [typeof(InvalidDataException)]),
        new("gguf", [Gguf(GgufTensorType.F32), Gguf(GgufTensorType.Q80)], [.. FuzzTarget.Bytes("GGUF", "general.alignment", "\u0004\0\0\0", "\u0009\0\0\0", "\u0008\0\0\0", "\u0001\0\0\0\0\0\0\0", "lora_b"), [255, 255, 255, 255, 255, 255, 255, 255]], ReadGguf, [typeof(InvalidDataException)]),
        new("tokenizer.json", Tokenizers(), FuzzTarget.Bytes([.. JsonWords, "ByteLevel", "Metaspace", "Sequence", "Split", "\"Regex\":\"(", "(a*)*b", "(?=", "{9999}", "Unigram", "<0x41>"]), ReadTokenizer, [typeof(TokenizerFormatException), typeof(UnsupportedTokenizerException)]),
        new("chat template", Templates(), FuzzTarget.Bytes(JinjaWords), RenderTemplate, [typeof(ChatTemplateException)]),
        new("chat request", Requests(), FuzzTarget.Bytes([.. JsonWords, "\"role\":", "\"content\":", "\"tool_calls\":[", "\"arguments\":"]), RenderRequest, [typeof(ChatTemplateException), typeof(AssistantSpanException)]),
    ];

    private static readonly ChatRequest Conversation = new()
    {
        Messages = JsonNode.Parse("""[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi é 😀"},{"role":"assistant","content":"Yes","tool_calls":[{"type":"function","function":{"name":"f","arguments":{"x":[1,2.5,null]}}}]}]""")!.AsArray(),
        Tools = JsonNode.Parse("""[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"x":{"type":"array"}}}}}]""")!.AsArray(),
        Now = DateTimeOffset.UnixEpoch,
    };

    private static readonly Lazy<IReadOnlyList<ChatEncoder>> Encoders = new(() =>
        [.. ChatFolders().Select(folder => new ChatEncoder(Tokenizer.FromJson(TinyTokenizers()[0]), ChatTemplate.Parse(File.ReadAllText(Path.Combine(folder, "template.jinja")), new Dictionary<string, string>())))]);

    private static string[] SafetensorsHeaders =>
    [
        """{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[16,24]}}""",
        """{"__metadata__":{"format":"pt"},"w":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"x":{"dtype":"U8","shape":[16],"data_offsets":[8,24]}}""",
    ];

    private static List<byte[]> Safetensors() => [.. SafetensorsHeaders.Select(header => WithHeader(Encoding.UTF8.GetBytes(header)))];

    // A whole file whose header's length is right, so that damage within the header is read.
    private static byte[] WithHeader(byte[] header) => [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[24]];

    private static byte[] Gguf(GgufTensorType type)
    {
        var metadata = new GgufMetadata();
        foreach (var (key, value) in (IEnumerable<(string, object)>)
            [("general.type", "model"), ("general.alignment", 32u), ("a.bool", true), ("a.u8", (byte)1), ("a.i16", (short)-2), ("a.f32", 0.5f), ("a.i64", -3L), ("a.f64", 1e300), ("a.texts", new[] { "x", "é", "" }), ("a.numbers", new[] { 1, 2, 3 }), ("a.floats", new[] { 1f, 2f })])
        {
            metadata.Add(key, value);
        }

        using var stream = new MemoryStream();
        GgufWriter.Write(stream, metadata, [.. new[] { "token_embd.weight", "blk.0.attn_q.weight.lora_a", "n" }.Select((name, i) =>
            new GgufWriter.Entry(name, type, [.. Enumerable.Repeat(2L, i), 32], to => to.Write(new byte[type.RowBytes(32) << i])))]);
        return stream.ToArray();
    }

    private static void ReadGguf(byte[] bytes) => ReadFile(bytes, path =>
    {
        using var file = GgufFile.Open(path);
        foreach (var tensor in file.Tensors)
        {
            Assert.Equal(tensor.Rows * tensor.RowLength, file.Read(tensor).LongLength);
        }
    });

    private static void ReadSafetensors(byte[] bytes) => ReadFile(bytes, path =>
    {
        using var file = SafetensorsFile.Open(path);
        foreach (var tensor in file.Tensors)
        {
            // Every tensor's last byte must lie in the mapping.
            var data = file.Bytes(tensor);
            Assert.InRange(data.Length == 0 ? 0 : data[^1], 0, 255);
        }
    });

    private static void ReadFile(byte[] bytes, Action<string> read)
    {
        var path = Path.Combine(Path.GetTempPath(), $"loramesh-fuzz-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        File.WriteAllBytes(path, bytes);
        try
        {
            read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string[] TinyTokenizers() =>
    [
        """{"added_tokens":[{"id":6,"content":"<s>","special":true,"lstrip":true},{"id":7,"content":"ab","normalized":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]},"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[6],"tokens":["<s>"]}}},"decoder":{"type":"ByteLevel"},"model":{"type":"BPE","ignore_merges":true,"vocab":{"a":0,"b":1,"c":2,"Ġ":3,"Ġa":4,"bc":5},"merges":["Ġ a",["b","c"]]}}""",
        """{"added_tokens":[],"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},"pre_tokenizer":null,"post_processor":null,"decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},"model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,"vocab":{"<unk>":0,"<0xE2>":1,"▁":2,"a":3,"▁a":4,"b":5},"merges":["▁ a"]}}""",
        """{"added_tokens":[],"normalizer":{"type":"NFKC"},"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},"post_processor":null,"decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"},"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["▁",-1.5],["a",-2.0],["▁a",-1.0],["b",-3.25]],"byte_fallback":false}}""",
    ];

    private static IReadOnlyList<byte[]> Tokenizers() => FuzzTarget.Bytes(TinyTokenizers());

    private static void ReadTokenizer(byte[] bytes)
    {
        var tokenizer = Tokenizer.FromJson(Encoding.UTF8.GetString(bytes));
        foreach (var text in (string[])["", " a bc's 123  <s>ab\r\n", "é😀\u0301 \uFFFDabcabc", new string('a', 300) + new string(' ', 300)])
        {
            _ = tokenizer.Decode(tokenizer.Encode(text), skipSpecialTokens: false);
        }

        var stream = tokenizer.CreateStreamingDecoder();
        for (var id = 0; id < 9; id++)
        {
            stream.Push(id);
        }
    }

    private static IEnumerable<string> ChatFolders() => Directory.GetDirectories(Golden.Folder("chat")).Order(StringComparer.Ordinal);

    private static List<byte[]> Templates() => [.. ChatFolders().Select(folder => File.ReadAllBytes(Path.Combine(folder, "template.jinja")))];

    private static void RenderTemplate(byte[] bytes) =>
        ChatTemplate.Parse(Encoding.UTF8.GetString(bytes), new Dictionary<string, string> { ["bos_token"] = "<s>" }).Render(Conversation);

    private static List<byte[]> Requests() =>
        [.. ChatFolders().SelectMany(folder => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")))!["cases"]!.AsArray().Select(golden => Encoding.UTF8.GetBytes(golden!["messages"]!.ToJsonString())))];

    private static void RenderRequest(byte[] bytes)
    {
        JsonArray? messages;
        try
        {
            messages = JsonNode.Parse(bytes) as JsonArray;
            _ = messages?.ToJsonString();
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException)
        {
            return;
        }

        if (messages is not null)
        {
            var encoder = Encoders.Value[bytes.Length % Encoders.Value.Count];
            encoder.Encode(new ChatRequest { Messages = messages, Now = DateTimeOffset.UnixEpoch });
        }
    }
}
