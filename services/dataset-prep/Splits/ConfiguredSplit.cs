using System.Security.Cryptography;
using System.Text;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Pipeline;

namespace LoraMesh.DatasetPrep.Splits;

/// <summary>
/// Puts every row on a side by what it holds itself: its question, its group, or its time. No other row has a say, so that
/// growing data move none; shares are met on average, the more exactly the more rows there are.
/// </summary>
internal sealed class ConfiguredSplit(PrepConfig config) : IRowPass
{
    private const int MaxStrata = 100;

    private readonly CarriedFields _fields = new(config.Split);
    private readonly DateTimeOffset? _testFrom = config.Split.TestFrom is { } from ? RowTime.Parse(from) : null;
    private readonly SortedDictionary<string, (long Train, long Test)> _strata = new(StringComparer.Ordinal);

    public string Name => "split";

    /// <summary>Rows of each stratum on either side; rows of strata beyond the first hundred that were met count together under an empty name.</summary>
    public IReadOnlyList<StratumCount> Strata => [.. _strata.Select(entry => new StratumCount { Value = entry.Key, Train = entry.Value.Train, Test = entry.Value.Test })];

    public void Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        foreach (var row in rows.Read(cancellationToken))
        {
            if (!marks.IsKept(row.Number))
            {
                continue;
            }

            var stratum = Carried(row, _fields.Stratifies) ?? string.Empty;
            var split = IsHeldOut(row, config.Split.Shares.TryGetValue(stratum, out var share) ? share : config.TestShare) ? RowSplit.Test : RowSplit.Train;
            marks.Assign(row.Number, split);
            Count(stratum, split);
        }
    }

    private bool IsHeldOut(StoredRow row, double share)
    {
        var value = Carried(row, _fields.Decides);
        return config.Split.By switch
        {
            SplitBy.Group when value is not null => HashShare.Holds(Hash(value), share),
            SplitBy.Time => value is not null && RowTime.Parse(value) >= _testFrom,
            _ => HashShare.Holds(row.PromptHash, share),
        };
    }

    private void Count(string stratum, RowSplit split)
    {
        if (_fields.Stratifies < 0)
        {
            return;
        }

        var name = _strata.Count < MaxStrata || _strata.ContainsKey(stratum) ? stratum : string.Empty;
        var (train, test) = _strata.GetValueOrDefault(name);
        _strata[name] = split == RowSplit.Test ? (train, test + 1) : (train + 1, test);
    }

    private static string? Carried(StoredRow row, int place) => place >= 0 && place < row.Carried.Count ? row.Carried[place] : null;

    private static ulong Hash(string value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(value), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
