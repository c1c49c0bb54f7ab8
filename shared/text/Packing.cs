namespace LoraMesh.Text;

/// <summary>Puts sequences together into rows of a fixed capacity, so that little of a batch is padding.</summary>
public static class Packing
{
    /// <summary>
    /// First-fit decreasing: the longest sequence first, each into the first row that still has room.
    /// Ties go by original index, so the same lengths always give the same rows.
    /// </summary>
    /// <param name="lengths">Length of every sequence in tokens; each from 1 to <paramref name="capacity"/>.</param>
    /// <param name="capacity">Tokens a row can hold; at least 1.</param>
    /// <returns>The rows in the order they were opened, each with the indices of its sequences in the order they were put in.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1, or a length lies outside 1..capacity.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> FirstFitDecreasing(IReadOnlyList<int> lengths, int capacity)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        for (var i = 0; i < lengths.Count; i++)
        {
            if (lengths[i] < 1 || lengths[i] > capacity)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths),
                    $"Sequence {i} has {lengths[i]} tokens; a row takes from 1 to {capacity}. Cut or drop it before packing.");
            }
        }

        var rows = new List<List<int>>();
        var room = new RowRoom(lengths.Count, capacity);
        foreach (var index in Enumerable.Range(0, lengths.Count).OrderByDescending(i => lengths[i]).ThenBy(i => i))
        {
            var row = room.Take(lengths[index]);
            if (row == rows.Count)
            {
                rows.Add([]);
            }

            rows[row].Add(index);
        }

        return rows;
    }

    // A tree of the largest room under each node finds the first row that fits in O(log n); unopened rows hold the full capacity.
    private sealed class RowRoom
    {
        private readonly int _leaves = 1;
        private readonly int[] _largest;

        public RowRoom(int rows, int capacity)
        {
            while (_leaves < rows)
            {
                _leaves *= 2;
            }

            _largest = new int[2 * _leaves];
            Array.Fill(_largest, capacity);
        }

        public int Take(int length)
        {
            var node = 1;
            while (node < _leaves)
            {
                node *= 2;
                if (_largest[node] < length)
                {
                    node++;
                }
            }

            var row = node - _leaves;
            for (_largest[node] -= length, node /= 2; node >= 1; node /= 2)
            {
                _largest[node] = Math.Max(_largest[2 * node], _largest[(2 * node) + 1]);
            }

            return row;
        }
    }
}
