using LoraMesh.Formats;

namespace LoraMesh.UnitTests.Formats;

public sealed class TokenRowFileTests
{
    [Fact]
    public void Read_PaddedRows_LosesThePadding()
    {
        var row = Assert.Single(Read("""{"input_ids":[0,5,6,7,0],"labels":[-100,-100,6,7,-100],"attention_mask":[0,1,1,1,0]}""").Rows);

        Assert.Equal([5, 6, 7], row.Ids);
        Assert.Equal([-100, 6, 7], row.Labels);
    }

    [Fact]
    public void Read_RowWithoutLabels_LearnsEveryToken() => Assert.Equal([5, 6], Assert.Single(Read("""{"input_ids":[5,6]}""").Rows).Labels);

    [Theory]
    [InlineData("""{"prompt_input_ids":[1,2],"chosen_input_ids":[3],"rejected_input_ids":[4,5]}""")]
    [InlineData("""{"prompt_ids":[1,2],"chosen_ids":[3],"rejected_ids":[4,5]}""")]
    [InlineData("""{"chosen_input_ids":[1,2,3],"chosen_labels":[-100,-100,3],"rejected_input_ids":[1,2,4,5],"rejected_labels":[-100,-100,4,5]}""")]
    public void Read_Pairs_AreWholeSequencesWithLabelledAnswers(string line)
    {
        var pair = Assert.Single(Read(line).Pairs);

        Assert.Equal([1, 2, 3], pair.Chosen.Ids);
        Assert.Equal([-100, -100, 3], pair.Chosen.Labels);
        Assert.Equal([1, 2, 4, 5], pair.Rejected.Ids);
        Assert.Equal([-100, -100, 4, 5], pair.Rejected.Labels);
    }

    [Theory]
    [InlineData("{\"input_ids\":[1]}\n{\"input_ids\":[1,2],\"labels\":[1]}", "line 2, labels: found 1 entries, expected as many as input_ids has, 2")]
    [InlineData("""{"input_ids":[1,-2]}""", "line 1, input_ids[1]: found -2, expected a whole number from 0")]
    [InlineData("""{"input_ids":[1,1.5]}""", "input_ids[1]: found 1.5")]
    [InlineData("""{"input_ids":"1 2"}""", "input_ids: found string, expected a list of whole numbers")]
    [InlineData("""{"input_ids":[]}""", "input_ids: found an empty list")]
    [InlineData("""{"input_ids":[1,2,3],"attention_mask":[1,0,1]}""", "attention_mask: found ones and zeros in another order")]
    [InlineData("""{"input_ids":[1,2],"labels":[1,2],"attention_mask":[1,0]}""", "labels[1]: found 2, expected -100, since attention_mask is 0 there")]
    [InlineData("""{"input_ids":[1,2],"labels":[1,-5]}""", "labels[1]: found -5")]
    [InlineData("""{"chosen_input_ids":[1],"rejected_input_ids":[1]}""", "chosen_labels: found nothing")]
    [InlineData("""{"prompt_ids":[1],"chosen_ids":[],"rejected_ids":[1]}""", "chosen_ids: found an empty list")]
    [InlineData("""{"input_ids":[1]""", "line 1: this is not JSON")]
    [InlineData("[1,2]", "input_ids: found nothing")]
    [InlineData("", "has no rows")]
    [InlineData("{\"input_ids\":[1]}\n{\"prompt_ids\":[1],\"chosen_ids\":[2],\"rejected_ids\":[3]}", "lie in one file; put them into two")]
    public void Read_WrongRow_SaysWhereAndWhat(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static TokenRowFile Read(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            return TokenRowFile.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
