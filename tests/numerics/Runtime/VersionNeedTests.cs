using LoraMesh.Model;
using LoraMesh.Model.Runtime;

namespace LoraMesh.NumericsTests.Runtime;

public sealed class VersionNeedTests
{
    private const string Version = "GLIBCXX_3.4.32";

    private static readonly string Binding = Directory.EnumerateFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories).First();

    [Fact]
    public void MarkWeak_Binding_ChangesOneByte()
    {
        var original = File.ReadAllBytes(Binding);
        var changed = (byte[])original.Clone();

        Assert.Equal(1, VersionNeed.MarkWeak(changed, Version));

        Assert.Single(Enumerable.Range(0, original.Length), index => original[index] != changed[index]);
        Assert.Equal(0, VersionNeed.MarkWeak(changed, Version));
    }

    [Fact]
    public void MarkWeak_UnknownVersion_ChangesNothing()
    {
        var elf = File.ReadAllBytes(Binding);

        Assert.Equal(0, VersionNeed.MarkWeak(elf, "GLIBCXX_9.9.99"));
        Assert.Equal(File.ReadAllBytes(Binding), elf);
    }

    [Fact]
    public void MarkWeak_NotElf_IsRefused()
    {
        Assert.Throws<InvalidDataException>(() => VersionNeed.MarkWeak(new byte[4096], Version));
        Assert.Throws<InvalidDataException>(() => VersionNeed.MarkWeak(new byte[3], Version));
    }

    [Fact]
    public void MarkWeak_DamagedTables_AreRefusedOrHarmless()
    {
        var original = File.ReadAllBytes(Binding)[..65536];
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var damaged = (byte[])original.Clone();
            random.NextBytes(damaged.AsSpan(0x20, 0x20)); // where the section tables are said to lie
            try
            {
                VersionNeed.MarkWeak(damaged, Version);
            }
            catch (InvalidDataException)
            {
                // Refused: what should happen.
            }
        }
    }

    [Fact]
    public void Initialize_OldRuntimeOrNew_SaysWhatWasDoneAndChangesNoFile()
    {
        var before = File.ReadAllBytes(Binding);
        var runtime = File.ReadLines("/proc/self/maps").First(line => line.Contains("libstdc++.so.6", StringComparison.Ordinal));
        var library = File.ReadAllBytes(runtime[runtime.IndexOf('/', StringComparison.Ordinal)..]);
        var hasVersion = library.AsSpan().IndexOf("GLIBCXX_3.4.32\0"u8) >= 0;

        var summary = TorchRuntime.Initialize(threads: 1);

        Assert.Equal(!hasVersion, summary.Contains("marked weak", StringComparison.Ordinal));
        Assert.DoesNotContain('\n', summary);
        Assert.Equal(before, File.ReadAllBytes(Binding));
        Assert.DoesNotContain(Directory.EnumerateDirectories(AppContext.BaseDirectory), folder => Path.GetFileName(folder) == "cpu");
    }
}
