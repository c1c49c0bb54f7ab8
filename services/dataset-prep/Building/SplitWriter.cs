using System.Buffers;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Writes one split row by row: its text, and a token shard whenever enough tokens have come together.</summary>
/// <param name="folder">Where to.</param>
/// <param name="name">The split's name.</param>
/// <param name="capacity">Tokens of one packed sequence.</param>
/// <param name="shardTokens">Tokens after which a shard is closed.</param>
/// <param name="pairs">Whether the rows are preference pairs.</param>
internal sealed class SplitWriter(string folder, string name, int capacity, int shardTokens, bool pairs) : IDisposable
{
    private readonly HashedFile _text = new(Path.Combine(folder, name + ".jsonl"));
    private readonly ArrayBufferWriter<byte> _line = new(4 * 1024);
    private readonly ShardBuffer _shard = new();
    private readonly List<BuiltFile> _shards = [];
    private readonly LengthCounts _lengths = new();
    private long _tokens;
    private long _supervised;

    /// <summary>Rows written.</summary>
    public int Rows { get; private set; }

    public void Add(StoredRow row, string file)
    {
        _line.ResetWrittenCount();
        CanonicalRow.WriteLine(_line, row.Identity, row.Body.Span, file, row.Line);
        _text.Write(_line.WrittenSpan);
        foreach (var sequence in row.Sequences)
        {
            _supervised += _shard.Add(sequence);
            _tokens += sequence.Length;
            _lengths.Add(sequence.Length);
        }

        Rows++;
        if (_shard.Tokens >= shardTokens)
        {
            WriteShard();
        }
    }

    /// <summary>Writes what remains and describes the split.</summary>
    public BuiltSplit Finish()
    {
        if (_shard.Rows > 0)
        {
            WriteShard();
        }

        return new BuiltSplit(Rows, _tokens, _supervised, _text.Finish(), _shards[0])
        {
            MoreShards = [.. _shards.Skip(1)],
            Lengths = _lengths.ToHistogram(),
            HoldsPairs = pairs,
        };
    }

    /// <summary>Removes what was written.</summary>
    public void Discard() => _text.Discard();

    public void Dispose() => _text.Dispose();

    private void WriteShard()
    {
        var path = Path.Combine(folder, DatasetFileNames.Shard(name, _shards.Count));
        using (var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024))
        {
            _shard.WriteTo(stream, capacity, rowsPerUnit: pairs ? 2 : 1);
        }

        _shards.Add(BuiltFile.Describe(path));
    }
}
