using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace LoraMesh.Formats;

/// <summary>
/// A safetensors file, memory-mapped for reading: opening it costs its header only, and no tensor is copied.
/// The file must not change while it is open. Addresses and spans end with <see cref="Dispose"/>.
/// Format: 8 bytes header length (little-endian), JSON header, tensor bytes.
/// </summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly long _dataOffset;
    private readonly Dictionary<string, SafetensorsTensor> _tensors;
    private bool _disposed;

    private SafetensorsFile(string path)
    {
        Path = path;
        var length = LengthOf(path);
        if (length < 8)
        {
            throw SafetensorsHeader.Refuse(path, $"it has {length} bytes, expected at least 8");
        }

        _map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        try
        {
            var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(_start, 8));
            if (headerBytes > SafetensorsHeader.MaxHeaderBytes || (long)headerBytes > length - 8)
            {
                throw SafetensorsHeader.Refuse(path, $"its header claims {headerBytes} bytes, the file has {length}, at most {SafetensorsHeader.MaxHeaderBytes} are allowed");
            }

            _dataOffset = 8 + (long)headerBytes;
            var json = new ReadOnlySpan<byte>(_start + 8, (int)headerBytes).ToArray();
            _tensors = SafetensorsHeader.Parse(json, length - _dataOffset, path, out var metadata);
            Metadata = metadata;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Path that was opened.</summary>
    public string Path { get; }

    /// <summary>The free text entries of the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensors, in no particular order.</summary>
    public IReadOnlyCollection<SafetensorsTensor> Tensors => _tensors.Values;

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <exception cref="InvalidDataException">It is not a well-formed safetensors file; the message says why.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException($"There is no file {path}.", path);
        }

        return new SafetensorsFile(path);
    }

    /// <summary>The tensor of that name, or null.</summary>
    public SafetensorsTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>The tensor of that name, type and number of dimensions.</summary>
    /// <exception cref="InvalidDataException">It is missing or different.</exception>
    public SafetensorsTensor Require(string name, string dtype, int dimensions)
    {
        var tensor = Find(name) ?? throw new InvalidDataException($"{Path}: tensor '{name}' is missing.");
        return tensor.Dtype == dtype && tensor.Shape.Count == dimensions
            ? tensor
            : throw new InvalidDataException($"{Path}: tensor '{name}' is {tensor.Dtype} with {tensor.Shape.Count} dimensions, expected {dtype} with {dimensions}.");
    }

    /// <summary>The bytes of a tensor below 2 GiB, inside the mapping.</summary>
    public ReadOnlySpan<byte> Bytes(SafetensorsTensor tensor) =>
        new(Address(tensor), checked((int)(tensor.End - tensor.Begin)));

    /// <summary>The address of a tensor's first byte inside the mapping; not necessarily aligned.</summary>
    public byte* Address(SafetensorsTensor tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _start + _dataOffset + tensor.Begin;
    }

    // Asked of the open file: by its path alone, a symbolic link would tell its own length.
    private static long LengthOf(string path)
    {
        using var handle = File.OpenHandle(path);
        return RandomAccess.GetLength(handle);
    }

    /// <summary>Ends the mapping.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
