using System.Buffers;
using System.Text;

namespace LoraMesh.UnitTests.DatasetPrep.Corpus;

/// <summary>Writes a file line by line, a sound row before and after every fault.</summary>
/// <param name="name">The file's name.</param>
/// <param name="sound">The sound row of a number, without its line's end.</param>
internal sealed class FileWriter(string name, Func<int, string> sound)
{
    private readonly ArrayBufferWriter<byte> _content = new();
    private readonly List<PlantedFault> _faults = [];
    private readonly List<int> _soundLines = [];
    private int _line = 1;
    private int _number;

    /// <summary>Writes something that is neither a row nor a fault, such as a header.</summary>
    public FileWriter Raw(string text)
    {
        Write(Encoding.UTF8.GetBytes(text));
        return this;
    }

    /// <summary>Writes sound rows.</summary>
    public FileWriter Sound(int count = 1, string end = "\n")
    {
        for (var i = 0; i < count; i++)
        {
            _soundLines.Add(_line);
            Write(Encoding.UTF8.GetBytes(sound(++_number) + end));
        }

        return this;
    }

    /// <summary>Writes a faulty row, and a sound one after it.</summary>
    public FileWriter Fault(string kind, string path, string found, string row, string end = "\n") => Fault(kind, path, found, Encoding.UTF8.GetBytes(row + end));

    /// <summary>The same for bytes that are no text.</summary>
    public FileWriter Fault(string kind, string path, string found, byte[] row)
    {
        _faults.Add(new PlantedFault(_line, kind, path, found));
        Write(row);
        return Sound();
    }

    /// <summary>Adds a fault at the line that comes next, in what is written then.</summary>
    public FileWriter Also(string kind, string path, string found, int lines = 0)
    {
        _faults.Add(new PlantedFault(_line + lines, kind, path, found));
        return this;
    }

    /// <summary>Adds a fault of the whole file.</summary>
    public FileWriter AlsoFile(string kind, string found)
    {
        _faults.Add(new PlantedFault(0, kind, string.Empty, found));
        return this;
    }

    public BrokenFile Done() => new(name, _content.WrittenSpan.ToArray(), _faults, _soundLines);

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _content.Write(bytes);
        _line += bytes.Count((byte)'\n');
    }
}
