using System.IO.MemoryMappedFiles;

namespace LoraMesh.Formats.Gguf;

/// <summary>
/// A GGUF file (version 3, little-endian), memory-mapped for reading: opening it costs its header only, and no tensor is
/// copied. The file must not change while it is open. Format: the ggml project's docs/gguf.md.
/// </summary>
public sealed unsafe class GgufFile : IDisposable
{
    private const long MinBytes = 4 + 4 + 8 + 8;

    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly long _dataOffset;
    private readonly Dictionary<string, GgufTensor> _tensors;
    private bool _disposed;

    private GgufFile(string path, long length)
    {
        Path = path;
        _map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        try
        {
            _tensors = GgufHeader.Parse(_start, length, path, Metadata, out _dataOffset);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Path that was opened.</summary>
    public string Path { get; }

    /// <summary>The keys and values.</summary>
    public GgufMetadata Metadata { get; } = new();

    /// <summary>All tensors.</summary>
    public IReadOnlyCollection<GgufTensor> Tensors => _tensors.Values;

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <exception cref="InvalidDataException">It is not a well-formed GGUF file; the message says why.</exception>
    public static GgufFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file {path}.", path);
        }

        long length;
        using (var handle = File.OpenHandle(path))
        {
            length = RandomAccess.GetLength(handle);
        }

        return length >= MinBytes ? new GgufFile(path, length) : throw GgufHeader.Refuse(path, $"it has {length} bytes, expected at least {MinBytes}");
    }

    /// <summary>The tensor of that name, or null.</summary>
    public GgufTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>The stored bytes of one row, inside the mapping.</summary>
    public ReadOnlySpan<byte> Row(GgufTensor tensor, long row)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var bytes = tensor.Type.RowBytes(tensor.RowLength);
        return new ReadOnlySpan<byte>(_start + _dataOffset + tensor.Offset + (row * bytes), checked((int)bytes));
    }

    /// <summary>All numbers of a tensor below 2 GiB as float32, in row-major order.</summary>
    public float[] Read(GgufTensor tensor)
    {
        var values = new float[checked(tensor.Rows * tensor.RowLength)];
        for (long row = 0; row < tensor.Rows; row++)
        {
            FloatEncoding.Decode(tensor.Type, Row(tensor, row), values.AsSpan((int)(row * tensor.RowLength), (int)tensor.RowLength));
        }

        return values;
    }

    /// <summary>Ends the mapping.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _map.Dispose();
        }
    }
}
