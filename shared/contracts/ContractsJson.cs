using System.Text.Encodings.Web;
using System.Text.Json;

namespace LoraMesh.Contracts;

/// <summary>How contract records are written as JSON wherever they are blobs or API bodies.</summary>
public static class ContractsJson
{
    /// <summary>Snake-case names, UTF-8 unescaped, declaration order: the same record gives the same bytes.</summary>
    public static JsonSerializerOptions Options { get; } = Make(indented: false);

    /// <summary>The same for files that people open.</summary>
    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    private static JsonSerializerOptions Make(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = indented,
            NewLine = "\n",
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
