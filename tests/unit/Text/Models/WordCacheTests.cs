using LoraMesh.Text.Models;

namespace LoraMesh.UnitTests.Text.Models;

public sealed class WordCacheTests
{
    [Fact]
    public void TryGet_ManyWordsOfAllLengths_GivesEachWordItsOwnTokens()
    {
        var cache = new WordCache();
        for (var number = 0; number < 20_000; number++)
        {
            cache.Add(Text(number), Tokens(number).Tokens);
        }

        var found = Enumerable.Range(0, 20_000).Count(number => Holds(cache, number));

        // A few may have found no place near their own.
        Assert.InRange(found, 19_900, 20_000);
    }

    [Fact]
    public void TryGet_WordsThatWereNotAdded_FindsNone()
    {
        var cache = new WordCache();
        cache.Add("word", Word.One(7, 4).Tokens);

        Assert.False(cache.TryGet("words", out _));
        Assert.False(cache.TryGet("wor", out _));
        Assert.False(cache.TryGet("", out _));
    }

    [Fact]
    public void Add_MoreWordsThanItKeeps_StaysBoundedAndRight()
    {
        var cache = new WordCache();
        for (var number = 0; number < 300_000; number++)
        {
            cache.Add(Text(number), Tokens(number).Tokens);
        }

        var kept = Enumerable.Range(0, 300_000).Count(number => cache.TryGet(Text(number), out _));

        Assert.InRange(kept, 1, 1 << 17);
        Assert.InRange(Enumerable.Range(0, 1000).Count(number => Holds(cache, number)), 990, 1000);
    }

    [Fact]
    public void Add_LongWord_IsNotKept()
    {
        var cache = new WordCache();
        cache.Add(new string('a', 65), Word.One(1, 65).Tokens);

        Assert.False(cache.TryGet(new string('a', 65), out _));
    }

    [Fact]
    public void TryGet_WhileOthersAdd_NeverGivesAnotherWordsTokens()
    {
        var cache = new WordCache();

        Parallel.For(0, 200_000, turn =>
        {
            var number = turn * 7919 % 30_000;
            if (cache.TryGet(Text(number), out var found))
            {
                Assert.True(found.Ids.SequenceEqual(Tokens(number).Ids));
                return;
            }

            cache.Add(Text(number), Tokens(number).Tokens);
        });
    }

    private static bool Holds(WordCache cache, int number)
    {
        if (!cache.TryGet(Text(number), out var found))
        {
            return false;
        }

        Assert.True(found.Ids.SequenceEqual(Tokens(number).Ids));
        Assert.True(found.Bytes.SequenceEqual(Tokens(number).Bytes));
        return true;
    }

    private static string Text(int number) => string.Concat(Enumerable.Repeat($"{number}é", 1 + (number % 5)));

    private static Word Tokens(int number) => new([.. Enumerable.Range(number, number % 4)], [.. Enumerable.Range(0, number % 4).Select(at => new ByteRange(at, at + number))]);
}
