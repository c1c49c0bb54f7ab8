using System.Diagnostics;
using LoraMesh.UnitTests.Storage;

namespace LoraMesh.UnitTests.AirGap;

/// <summary>
/// What compose/airgap packs and refuses. Docker is played by a script that notes how it was called: images are saved and loaded
/// by the real one only where somebody runs the commands (docs/air-gap.md says where that was done).
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class BundleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _calls;
    private readonly string _archive;

    public BundleTests()
    {
        (_calls, _archive) = (Path.Combine(_folder.Path, "calls"), Path.Combine(_folder.Path, "mesh.tar.gz"));
        var bin = Directory.CreateDirectory(Path.Combine(_folder.Path, "bin")).FullName;
        File.WriteAllText(Path.Combine(bin, "docker"), $$"""
            #!/bin/sh
            echo "$*" >> '{{_calls}}'
            case "$*" in
                *"config --images") echo loramesh/control:local; echo rabbitmq:4 ;;
                "save -o "*) echo images > "$3" ;;
            esac
            """);
        File.SetUnixFileMode(Path.Combine(bin, "docker"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Install_OfWhatWasPacked_ChecksLoadsAndStartsWithoutBuildingOrPulling()
    {
        var (digest, installation) = Unpack("--overlay", "postgres", "--model", $"tiny={Path.Combine(Repository.Root, "compose", "samples", "base-model")}");

        var (code, text) = Run(Path.Combine(installation, "install"), "--digest", digest);

        Assert.True(code == 0, text);
        var calls = File.ReadAllLines(_calls);
        Assert.Contains("save -o", calls.Single(call => call.StartsWith("save", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.EndsWith("loramesh/control:local rabbitmq:4", calls.Single(call => call.StartsWith("save", StringComparison.Ordinal)), StringComparison.Ordinal);
        var installing = calls.SkipWhile(call => !call.StartsWith("load", StringComparison.Ordinal)).ToList();
        Assert.Equal("load -q -i images.tar", installing[0]);
        Assert.Contains("compose -f compose.yaml -f compose/postgres.yaml up -d --wait --no-build --pull never", installing);
        Assert.Contains(installing, call => call.EndsWith("seed /compose/seeds/seed model tiny", StringComparison.Ordinal));
        Assert.DoesNotContain(installing, call => call.Split(' ')[0] is "pull" or "build" || call.Contains("compose pull", StringComparison.Ordinal));
        var environment = Path.Combine(installation, ".env");
        Assert.Matches("ADMIN_KEY=[0-9a-f]{48}\n", File.ReadAllText(environment));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(environment));
        Assert.False(Directory.Exists(Path.Combine(installation, "compose", "tls")), "keys of the packing machine were packed");

        // Again: the passwords stay, and what installing left behind is no foreign file.
        var before = File.ReadAllText(environment);
        Assert.Equal(0, Run(Path.Combine(installation, "install"), "--digest", digest).Code);
        Assert.Equal(before, File.ReadAllText(environment));
    }

    [Theory]
    [InlineData("images.tar")]
    [InlineData("compose.yaml")]
    [InlineData("compose/seeds/seed")]
    [InlineData("compose/samples/base-model/model.safetensors")]
    [InlineData("install")]
    public void Install_OfAFileThatWasChanged_DoesNothing(string file)
    {
        var (digest, installation) = Unpack();
        File.AppendAllText(Path.Combine(installation, file), "\n");

        AssertRefused(installation, file, "--digest", digest);
    }

    [Fact]
    public void Install_OfAFileThatIsMissingOrWasAdded_DoesNothing()
    {
        var (digest, installation) = Unpack();
        File.Delete(Path.Combine(installation, "compose", "postgres.yaml"));
        AssertRefused(installation, "compose/postgres.yaml", "--digest", digest);

        (digest, installation) = Unpack();
        File.WriteAllText(Path.Combine(installation, "compose", "override.yaml"), "services: {}");
        AssertRefused(installation, "compose/override.yaml", "--digest", digest);

        (digest, installation) = Unpack();
        File.CreateSymbolicLink(Path.Combine(installation, "compose", "link"), "/etc/passwd");
        AssertRefused(installation, "compose/link", "--digest", digest);
    }

    [Fact]
    public void Install_WhereTheListOfChecksumsWasReplacedToo_IsRefusedByTheDigest()
    {
        var (digest, installation) = Unpack();
        File.AppendAllText(Path.Combine(installation, "compose.yaml"), "\n");
        Run("/bin/sh", "-c", $"cd '{installation}' && find . -type f ! -name SHA256SUMS | sort | xargs sha256sum > SHA256SUMS");

        AssertRefused(installation, "--digest", "--digest", digest);
    }

    [Theory]
    [InlineData("--out FILE.tar.gz")]
    [InlineData("compose/none.yaml", "--out", "x.tar", "--overlay", "none")]
    [InlineData("config.json", "--out", "x.tar", "--model", "m=/nowhere")]
    [InlineData("NAME=DIR", "--out", "x.tar", "--model", "m")]
    [InlineData("needs a value", "--out")]
    [InlineData("'--frobnicate'", "--frobnicate")]
    public void Bundle_ToldSomethingWrong_SaysWhat(string named, params string[] arguments)
    {
        var (code, text) = Run(Path.Combine(Repository.Root, "compose", "airgap", "bundle"), arguments);

        Assert.Equal(2, code);
        Assert.Contains(named, text, StringComparison.Ordinal);
    }

    private void AssertRefused(string installation, string named, params string[] arguments)
    {
        File.Delete(_calls);

        var (code, text) = Run("/bin/sh", [Path.Combine(installation, "install"), .. arguments]);

        Assert.True(code == 3, text);
        Assert.Contains(named, text, StringComparison.Ordinal);
        Assert.False(File.Exists(_calls), "docker was called");
        Assert.False(File.Exists(Path.Combine(installation, ".env")));
    }

    private (string Digest, string Installation) Unpack(params string[] options)
    {
        var (code, text) = Run(Path.Combine(Repository.Root, "compose", "airgap", "bundle"), ["--out", _archive, "--no-pull", .. options]);
        Assert.True(code == 0, text);
        var target = Directory.CreateDirectory(Path.Combine(_folder.Path, Path.GetRandomFileName())).FullName;
        (code, var unpacked) = Run("tar", "-xf", _archive, "-C", target);
        Assert.True(code == 0, unpacked);
        return (text.Trim().Split('\n')[^1], Path.Combine(target, "mesh"));
    }

    // Standard error first, so that the last line is the last of standard output.
    private (int Code, string Text) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path };
        start.Environment["PATH"] = $"{Path.Combine(_folder.Path, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors.GetAwaiter().GetResult() + output);
    }
}
