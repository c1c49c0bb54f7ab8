using LoraMesh.AllInOne.Suite;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests.CommandLine;

public sealed class LogFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Append_PastTheLimit_KeepsOnePredecessor()
    {
        var path = Path.Combine(_folder.Data, "logs", "loramesh.log");
        var megabyte = new string('x', 1024 * 1024);

        using (var log = new LogFile(path))
        {
            for (var i = 0; i < 40; i++)
            {
                log.Append(megabyte);
            }

            log.Append("the last entry");
        }

        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(path)!).Length);
        Assert.True(new FileInfo(path).Length < 18 * 1024 * 1024);
        Assert.EndsWith("the last entry", File.ReadAllText(path).TrimEnd(), StringComparison.Ordinal);
    }
}
