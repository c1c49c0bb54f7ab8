using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class RepetitionTests
{
    [Theory]
    [InlineData("ha ", 0, true)]
    [InlineData("a phrase of some length that comes again and again, ", 0, true)]
    [InlineData("a phrase of some length that comes again and again, ", 30, true)]
    [InlineData("| --- ", 0, false)]
    public void Phrase_ManyTimesInARow_IsFound(string phrase, int lead, bool found)
    {
        var text = string.Concat(Enumerable.Range(0, lead).Select(i => $"word{i} ")) + string.Concat(Enumerable.Repeat(phrase, phrase.Length < 10 ? 80 : 25));

        Assert.Equal(found, Repetition.Find(text) is not null);
    }

    [Fact]
    public void Text_WhoseEndStoodBeforeAtAnyDistance_IsNoRepetition()
    {
        var words = string.Concat(Enumerable.Range(0, 60).Select(i => $"word{i} "));
        const string End = "the very same end of it";

        for (var distance = 0; distance < 300; distance++)
        {
            Assert.Null(Repetition.Find($"{words}{End}{words[..distance]}{End}"));
            Assert.Null(Repetition.Find($"{End}{words[..distance]}{End}{words}"[..(200 + distance)]));
        }
    }
}
