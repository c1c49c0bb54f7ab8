using System.Text;

namespace LoraMesh.AllInOne.Suite;

/// <summary>A log file of bounded size: when full it becomes <c>….1</c>, replacing the one before. Thread-safe.</summary>
public sealed class LogFile : IDisposable
{
    private const long MaxBytes = 16 * 1024 * 1024;

    private readonly Lock _gate = new();
    private StreamWriter _writer;

    /// <summary>Opens the file for appending, making its folder.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public LogFile(string path)
    {
        Path = path;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        _writer = Open(path);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Appends one entry and flushes it.</summary>
    public void Append(string entry)
    {
        lock (_gate)
        {
            if (_writer.BaseStream.Position > MaxBytes)
            {
                _writer.Dispose();
                File.Move(Path, Path + ".1", overwrite: true);
                _writer = Open(Path);
            }

            _writer.WriteLine(entry);
            _writer.Flush();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _writer.Dispose();
        }
    }

    private static StreamWriter Open(string path) =>
        new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), new UTF8Encoding(false));
}
