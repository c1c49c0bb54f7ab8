using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;
using LoraMesh.AllInOne.Suite;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests.CommandLine;

public sealed class DataFolderLockTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Take_WhileHeld_IsRefusedNamingTheHolder()
    {
        using var held = DataFolderLock.Take(_folder.Data, "http://127.0.0.1:8080", TimeProvider.System);

        var failure = Assert.Throws<CommandException>(() => DataFolderLock.Take(_folder.Data, "http://127.0.0.1:8081", TimeProvider.System));

        Assert.Equal(ExitCode.WrongCommand, failure.ExitCode);
        Assert.Contains($"process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:8080", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_AfterItWasGivenBack_Succeeds()
    {
        DataFolderLock.Take(_folder.Data, "http://127.0.0.1:8080", TimeProvider.System).Dispose();

        using var again = DataFolderLock.Take(_folder.Data, "http://127.0.0.1:8080", TimeProvider.System);

        Assert.NotNull(again);
    }
}
