using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace LoraMesh.UnitTests.Fuzzing;

/// <summary>
/// Watches the input that is being read. One that takes too long ends the process with a message that reproduces it: a hung
/// reader cannot be stopped otherwise. One that ends the process by itself (a stack overflow, the system's hand) stays
/// behind in a file of the temporary folder: its length in four bytes, then its bytes.
/// </summary>
internal sealed class InputGuard : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _what;
    private readonly TimeSpan _limit;
    private readonly string _path;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Timer _timer;
    private readonly Lock _lock = new();
    private long _started;
    private int _index;
    private byte[] _input = [];

    public InputGuard(string target, int seed, TimeSpan limit)
    {
        _what = $"{target}, seed {seed}";
        _limit = limit;
        _path = Path.Combine(Path.GetTempPath(), $"loramesh-fuzz-{Environment.ProcessId}-{target.Replace(' ', '-')}.input");
        _map = MemoryMappedFile.CreateFromFile(_path, FileMode.Create, mapName: null, sizeof(int) + Mutator.MaxBytes);
        _view = _map.CreateViewAccessor();
        _timer = new Timer(_ => Check(), null, Interval, Interval);
    }

    /// <summary>Says that an input's reading begins.</summary>
    public void Begin(int index, byte[] input)
    {
        _view.Write(0, input.Length);
        _view.WriteArray(sizeof(int), input, 0, input.Length);
        lock (_lock)
        {
            (_index, _input, _started) = (index, input, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Ends the watch; the file goes, as the process lived.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _view.Dispose();
        _map.Dispose();
        File.Delete(_path);
    }

    private void Check()
    {
        lock (_lock)
        {
            if (_started != 0 && Stopwatch.GetElapsedTime(_started) > _limit)
            {
                Environment.FailFast($"{_what}, input {_index} was still being read after {_limit}:\n{Convert.ToBase64String(_input)}");
            }
        }
    }
}
