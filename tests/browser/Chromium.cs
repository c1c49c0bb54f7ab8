namespace LoraMesh.BrowserTests;

/// <summary>The machine's own browser: nothing is downloaded.</summary>
internal static class Chromium
{
    public const string Missing = "no Chromium on this machine: apt-get install chromium, or name one in LORAMESH_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    public static string? Path { get; } = Environment.GetEnvironmentVariable("LORAMESH_CHROMIUM") is { Length: > 0 } named
        ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.Select(name => System.IO.Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
