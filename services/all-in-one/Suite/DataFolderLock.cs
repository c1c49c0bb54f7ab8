using System.Text.Json;
using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;
using LoraMesh.Contracts;

namespace LoraMesh.AllInOne.Suite;

/// <summary>Keeps a data folder for one process; the system gives it back when that process is gone, however it went.</summary>
public sealed class DataFolderLock : IDisposable
{
    private const string LockName = ".loramesh.lock";
    private const string OwnerName = ".loramesh.owner.json";

    // The system takes a moment to clear up after a killed process; whoever starts again at once waits so long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _lock;
    private readonly string _ownerPath;

    private DataFolderLock(FileStream held, string ownerPath)
    {
        _lock = held;
        _ownerPath = ownerPath;
    }

    private sealed record Owner(int ProcessId, string Machine, DateTimeOffset Since, string Urls);

    /// <summary>Takes the folder, making it where it is missing.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="urls">Addresses that this process listens at, for the message to whom comes second.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="CommandException">Another process holds the folder, or it cannot be written.</exception>
    public static DataFolderLock Take(string folder, string urls, TimeProvider time)
    {
        var ownerPath = Path.Combine(folder, OwnerName);
        try
        {
            Directory.CreateDirectory(folder);
            var held = Open(folder, ownerPath, time);
            var owner = new Owner(Environment.ProcessId, Environment.MachineName, time.GetUtcNow(), urls);
            File.WriteAllText(ownerPath, JsonSerializer.Serialize(owner, ContractsJson.Indented));
            return new DataFolderLock(held, ownerPath);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "data_not_writable", $"The data folder {folder} cannot be written ({failure.Message}). Name another with --data.", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_ownerPath);
        _lock.Dispose();
    }

    private static FileStream Open(string folder, string ownerPath, TimeProvider time)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (time.GetElapsedTime(started) > Patience)
                {
                    throw new CommandException(ExitCode.WrongCommand, "data_in_use", $"The data folder {folder} is in use{Describe(ownerPath)}. Stop that one, or name another folder with --data.", failure);
                }
            }

            Thread.Sleep(Pause);
        }
    }

    private static string Describe(string ownerPath)
    {
        try
        {
            var owner = JsonSerializer.Deserialize<Owner>(File.ReadAllText(ownerPath), ContractsJson.Options);
            return owner is null ? "" : $" by process {owner.ProcessId} on {owner.Machine}, listening at {owner.Urls} since {owner.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";
        }
        catch (IOException)
        {
            return "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
