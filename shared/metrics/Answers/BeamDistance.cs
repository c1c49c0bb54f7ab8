namespace LoraMesh.Metrics.Answers;

/// <summary>Edit distance of words with the steps that lead there, looked for near the diagonal only, as TER does.</summary>
internal static class BeamDistance
{
    public const char Same = ' ';
    public const char Substitute = 's';
    public const char Insert = 'i';
    public const char Delete = 'd';

    private const int Beam = 25;
    private const long Unreached = 10_000_000_000_000_000;

    /// <summary>The distance, and the steps in order: insertions are words of the reference that are missing.</summary>
    public static (int Cost, List<char> Trace) Of(string[] words, string[] reference)
    {
        var (rows, columns) = (words.Length + 1, reference.Length + 1);
        var (cost, step) = (new long[rows, columns], new char[rows, columns]);
        var ratio = words.Length > 0 ? (double)reference.Length / words.Length : 1;
        var beam = Beam < ratio / 2 ? (int)Math.Ceiling((ratio / 2) + Beam) : Beam;
        for (var column = 0; column < columns; column++)
        {
            (cost[0, column], step[0, column]) = (column, Insert);
        }

        for (var row = 1; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                cost[row, column] = Unreached;
            }

            var diagonal = (int)Math.Floor(row * ratio);
            var last = row == rows - 1 ? columns : Math.Min(columns, diagonal + beam);
            for (var column = Math.Max(0, diagonal - beam); column < last; column++)
            {
                if (column == 0)
                {
                    (cost[row, 0], step[row, 0]) = (cost[row - 1, 0] + 1, Delete);
                    continue;
                }

                // Of equal costs the first counts.
                var same = words[row - 1] == reference[column - 1];
                Take(row, column, cost[row - 1, column - 1] + (same ? 0 : 1), same ? Same : Substitute);
                Take(row, column, cost[row - 1, column] + 1, Delete);
                Take(row, column, cost[row, column - 1] + 1, Insert);
            }
        }

        return ((int)cost[rows - 1, columns - 1], Trace(step, rows - 1, columns - 1));

        void Take(int row, int column, long found, char by)
        {
            if (cost[row, column] > found)
            {
                (cost[row, column], step[row, column]) = (found, by);
            }
        }
    }

    private static List<char> Trace(char[,] step, int row, int column)
    {
        var trace = new List<char>();
        while (row > 0 || column > 0)
        {
            var taken = step[row, column];
            trace.Add(taken);
            row -= taken == Insert ? 0 : 1;
            column -= taken == Delete ? 0 : 1;
        }

        trace.Reverse();
        return trace;
    }
}
