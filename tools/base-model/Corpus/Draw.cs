namespace LoraMesh.BaseModel.Corpus;

/// <summary>Seeded random choices: the same seed makes the same corpus. Not thread-safe.</summary>
public sealed class Draw(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A number in [<paramref name="low"/>, <paramref name="high"/>], both ends included.</summary>
    public int Between(int low, int high) => _random.Next(low, high + 1);

    /// <summary>True with probability <paramref name="probability"/>.</summary>
    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>One of the items, all equally likely.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    /// <summary>One of the items, all equally likely.</summary>
    public string Of(params string[] items) => items[_random.Next(items.Length)];

    /// <summary>A random order of the items.</summary>
    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        var copy = items.ToArray();
        _random.Shuffle(copy);
        return copy;
    }

    /// <summary>A number in [0, 1).</summary>
    public double Unit() => _random.NextDouble();
}
