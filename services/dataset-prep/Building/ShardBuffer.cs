using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.Formats;
using LoraMesh.Text;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>The rows of one token shard until it is full; its memory is used again for the next.</summary>
internal sealed class ShardBuffer
{
    private readonly List<long> _offsets = [0];
    private int[] _ids = [];
    private int[] _labels = [];
    private int _count;

    /// <summary>Number of token sequences.</summary>
    public int Rows => _offsets.Count - 1;

    /// <summary>Number of tokens.</summary>
    public int Tokens => _count;

    /// <summary>Adds a sequence.</summary>
    /// <returns>How many of its tokens carry loss.</returns>
    public int Add(TokenSequence sequence)
    {
        Reserve(sequence.Length);
        var supervised = 0;
        foreach (var marked in sequence.Marked.Span)
        {
            var id = TokenSequence.Id(marked);
            _ids[_count] = id;
            _labels[_count++] = TokenSequence.IsSupervised(marked) ? id : TokenShard.IgnoreIndex;
            supervised += TokenSequence.IsSupervised(marked) ? 1 : 0;
        }

        _offsets.Add(_count);
        return supervised;
    }

    /// <summary>Packs the sequences and writes the shard; the buffer is empty afterwards.</summary>
    /// <param name="destination">Gets the file.</param>
    /// <param name="capacity">Tokens of one packed sequence.</param>
    /// <param name="rowsPerUnit">Sequences that stay together: 2 for preference pairs, else 1.</param>
    public void WriteTo(Stream destination, int capacity, int rowsPerUnit)
    {
        var lengths = new int[Rows / rowsPerUnit];
        for (var unit = 0; unit < lengths.Length; unit++)
        {
            lengths[unit] = (int)(_offsets[(unit + 1) * rowsPerUnit] - _offsets[unit * rowsPerUnit]);
        }

        var packs = Packing.FirstFitDecreasing(lengths, Math.Max(capacity, lengths.Max()));
        var packOffsets = new long[packs.Count + 1];
        var packed = new List<long>(Rows);
        for (var pack = 0; pack < packs.Count; pack++)
        {
            foreach (var unit in packs[pack])
            {
                for (var row = 0; row < rowsPerUnit; row++)
                {
                    packed.Add(((long)unit * rowsPerUnit) + row);
                }
            }

            packOffsets[pack + 1] = packed.Count;
        }

        TokenShard.Write(destination, _ids.AsMemory(0, _count), _labels.AsMemory(0, _count), _offsets.ToArray(), packed.ToArray(), packOffsets, holdsPairs: rowsPerUnit == 2);
        _offsets.RemoveRange(1, _offsets.Count - 1);
        _count = 0;
    }

    private void Reserve(int tokens)
    {
        if (_count + tokens > _ids.Length)
        {
            var size = Math.Max(_count + tokens, Math.Max(2 * _ids.Length, 64 * 1024));
            Array.Resize(ref _ids, size);
            Array.Resize(ref _labels, size);
        }
    }
}
