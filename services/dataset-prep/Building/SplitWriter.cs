using LoraMesh.DatasetPrep.Rows;
using LoraMesh.Formats;
using LoraMesh.Text;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Collects one split: its text goes to disk row by row, its token ids stay in memory until the shard is written.</summary>
internal sealed class SplitWriter : IDisposable
{
    /// <summary>Most tokens of one split: a tensor of the shard is one array, and an array has at most 2 GiB.</summary>
    public const int MaxTokens = 500_000_000;

    private readonly string _folder;
    private readonly string _name;
    private readonly FileStream _text;
    private readonly TokenBuffer _ids = new();
    private readonly TokenBuffer _labels = new();
    private readonly List<long> _offsets = [0];
    private long _supervised;

    /// <summary>Starts the split's text file, over an older one.</summary>
    public SplitWriter(string folder, string name)
    {
        (_folder, _name) = (folder, name);
        _text = new FileStream(Path.Combine(folder, name + ".jsonl"), FileMode.Create, FileAccess.Write, FileShare.Read, 128 * 1024);
    }

    public int Rows => _offsets.Count - 1;

    /// <summary>Whether a further row of so many tokens still fits into the shard.</summary>
    public bool HasRoomFor(int tokens) => _ids.Count + (long)tokens <= MaxTokens;

    public void Add(CanonicalRow row, EncodedChat encoded, string file, int line)
    {
        row.Write(_text, file, line);
        for (var i = 0; i < encoded.Ids.Count; i++)
        {
            var supervised = encoded.AssistantMask[i];
            _ids.Add(encoded.Ids[i]);
            _labels.Add(supervised ? encoded.Ids[i] : TokenShard.IgnoreIndex);
            _supervised += supervised ? 1 : 0;
        }

        _offsets.Add(_ids.Count);
    }

    /// <summary>Packs the rows into sequences of <paramref name="capacity"/> tokens and writes the shard.</summary>
    public BuiltSplit Finish(int capacity)
    {
        _text.Dispose();
        var lengths = new int[Rows];
        for (var row = 0; row < lengths.Length; row++)
        {
            lengths[row] = (int)(_offsets[row + 1] - _offsets[row]);
        }

        var packs = Packing.FirstFitDecreasing(lengths, capacity);
        var packOffsets = new List<long>(packs.Count + 1) { 0 };
        foreach (var pack in packs)
        {
            packOffsets.Add(packOffsets[^1] + pack.Count);
        }

        var shard = new TokenShard
        {
            InputIds = _ids.Take(),
            Labels = _labels.Take(),
            RowOffsets = [.. _offsets],
            PackedRows = [.. packs.SelectMany(pack => pack).Select(row => (long)row)],
            PackOffsets = [.. packOffsets],
        };
        var path = Path.Combine(_folder, _name + ".safetensors");
        using (var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024))
        {
            shard.Write(stream);
        }

        return new BuiltSplit(Rows, shard.InputIds.LongLength, _supervised, BuiltFile.Describe(_text.Name), BuiltFile.Describe(path));
    }

    /// <summary>Removes what was written.</summary>
    public void Discard()
    {
        _text.Dispose();
        File.Delete(_text.Name);
    }

    public void Dispose() => _text.Dispose();
}
