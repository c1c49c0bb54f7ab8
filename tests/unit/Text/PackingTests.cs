using LoraMesh.Text;

namespace LoraMesh.UnitTests.Text;

public sealed class PackingTests
{
    [Fact]
    public void FirstFitDecreasing_MixedLengths_PutsEachIntoTheFirstRowWithRoom()
    {
        var rows = Packing.FirstFitDecreasing([3, 7, 5, 2, 5, 10, 1], 10);

        Assert.Equal([[5], [1, 0], [2, 4], [3, 6]], rows);
    }

    [Fact]
    public void FirstFitDecreasing_EqualLengths_GoByIndex()
    {
        Assert.Equal([[0, 1], [2, 3], [4]], Packing.FirstFitDecreasing([4, 4, 4, 4, 4], 9));
    }

    [Fact]
    public void FirstFitDecreasing_ManyLengths_AgreesWithTheDefinition()
    {
        var random = new Random(5);
        var lengths = Enumerable.Range(0, 700).Select(_ => random.Next(1, 101)).ToArray();

        var rows = Packing.FirstFitDecreasing(lengths, 128);

        Assert.Equal(ByDefinition(lengths, 128), rows);
        Assert.Equal(Enumerable.Range(0, lengths.Length), rows.SelectMany(r => r).Order());
    }

    [Fact]
    public void FirstFitDecreasing_Nothing_GivesNoRows() => Assert.Empty(Packing.FirstFitDecreasing([], 8));

    [Theory]
    [InlineData(9)]
    [InlineData(0)]
    [InlineData(-1)]
    public void FirstFitDecreasing_LengthOutOfRange_NamesIt(int length)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Packing.FirstFitDecreasing([1, length], 8));

        Assert.Contains($"Sequence 1 has {length} tokens", error.Message, StringComparison.Ordinal);
    }

    private static List<List<int>> ByDefinition(int[] lengths, int capacity)
    {
        var rows = new List<List<int>>();
        foreach (var i in Enumerable.Range(0, lengths.Length).OrderByDescending(i => lengths[i]))
        {
            var row = rows.Find(r => r.Sum(j => lengths[j]) + lengths[i] <= capacity);
            if (row is null)
            {
                rows.Add(row = []);
            }

            row.Add(i);
        }

        return rows;
    }
}
