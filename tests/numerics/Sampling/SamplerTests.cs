using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Sampling;

public sealed class SamplerTests
{
    private static readonly float[] Logits = [0.3f, 2.1f, -1.2f, 1.9f, 0.3f, -4f, 1.1f, 0.8f, -0.5f, 2.1f];

    [Fact]
    public void Next_WithTemperatureZero_TakesTheLikeliestAndTheLowerIdOfEqualOnes()
    {
        var sampler = new Sampler(new SamplingOptions { Temperature = 0 }, Logits.Length, seed: 1);

        Assert.Equal(1, sampler.Next(Logits));
        Assert.Equal(1, sampler.Next(Logits));
    }

    [Fact]
    public void Next_WithTopKOfOne_IsGreedy()
    {
        for (var seed = 0UL; seed < 20; seed++)
        {
            var sampler = new Sampler(new SamplingOptions { Temperature = 50, TopK = 1 }, Logits.Length, seed);

            Assert.Equal(1, sampler.Next(Logits));
        }
    }

    public static TheoryData<string, SamplingOptions> Settings => new()
    {
        { "plain", new SamplingOptions() },
        { "hot", new SamplingOptions { Temperature = 2.5 } },
        { "cold", new SamplingOptions { Temperature = 0.4 } },
        { "top-k", new SamplingOptions { TopK = 3 } },
        { "top-k at a tie", new SamplingOptions { TopK = 1, Temperature = 1 } },
        { "top-k beyond the vocabulary", new SamplingOptions { TopK = 99 } },
        { "top-p", new SamplingOptions { TopP = 0.6 } },
        { "tiny top-p", new SamplingOptions { TopP = 1e-9 } },
        { "min-p", new SamplingOptions { MinP = 0.3 } },
        { "all filters", new SamplingOptions { Temperature = 1.5, TopK = 7, TopP = 0.8, MinP = 0.12 } },
        { "bias", new SamplingOptions { LogitBias = new Dictionary<int, double> { [5] = 6.5, [1] = -100 } } },
        { "presence", new SamplingOptions { PresencePenalty = 1.5 } },
        { "frequency", new SamplingOptions { FrequencyPenalty = 0.7 } },
        { "repetition", new SamplingOptions { RepetitionPenalty = 1.8 } },
        { "everything", new SamplingOptions { Temperature = 1.3, TopK = 8, TopP = 0.9, MinP = 0.02, PresencePenalty = -0.5, FrequencyPenalty = 0.4, RepetitionPenalty = 1.2, LogitBias = new Dictionary<int, double> { [8] = 2 } } },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Next_OverManySeeds_DrawsFromTheReferenceDistribution(string name, SamplingOptions options)
    {
        const int draws = 20_000;
        int[] prompt = [2, 3], generated = [9, 3, 3];
        var expected = ReferenceSampler.Probabilities(Logits, options, prompt, generated);
        var counts = new int[Logits.Length];

        for (var seed = 0UL; seed < draws; seed++)
        {
            var sampler = new Sampler(options, Logits.Length, seed);
            sampler.ObservePrompt(prompt);
            foreach (var id in generated)
            {
                sampler.Next(OnlyPossible(id));
            }

            counts[sampler.Next(Logits)]++;
        }

        for (var id = 0; id < counts.Length; id++)
        {
            // Five standard deviations of a binomial count; a token outside the filters must never come.
            var allowed = expected[id] == 0 ? 0 : 5 * Math.Sqrt(draws * expected[id] * (1 - expected[id])) + 1e-6;
            Assert.True(Math.Abs(counts[id] - (draws * expected[id])) <= allowed, $"{name}: token {id} came {counts[id]} times, expected {draws * expected[id]:F0} ± {allowed:F0}");
        }
    }

    [Fact]
    public void Next_WithTopPOverALargeVocabulary_NeverLeavesTheReferenceNucleus()
    {
        var random = new Random(7);
        var logits = Enumerable.Range(0, 5000).Select(_ => (float)(random.NextDouble() * 8)).ToArray();
        foreach (var p in new[] { 0.05, 0.5, 0.95 })
        {
            var options = new SamplingOptions { TopP = p };
            var expected = ReferenceSampler.Probabilities(logits, options, [], []);
            var sampler = new Sampler(options, logits.Length, seed: 3);

            for (var draw = 0; draw < 500; draw++)
            {
                Assert.True(expected[sampler.Next(logits)] > 0);
            }
        }
    }

    [Fact]
    public void Next_WithTheSameSeed_DrawsTheSame()
    {
        Assert.Equal(Sequence(seed: 42), Sequence(seed: 42));
        Assert.NotEqual(Sequence(seed: 42), Sequence(seed: 43));
    }

    [Fact]
    public void Next_LeavesTheLogitsAsTheyAre()
    {
        var logits = (float[])Logits.Clone();

        new Sampler(new SamplingOptions { RepetitionPenalty = 2, LogitBias = new Dictionary<int, double> { [0] = 5 } }, logits.Length, 1).Next(logits);

        Assert.Equal(Logits, logits);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Next_WithADamagedRow_Throws(float damage)
    {
        var logits = (float[])Logits.Clone();
        logits[4] = damage;

        var error = Assert.Throws<InvalidOperationException>(() => new Sampler(new SamplingOptions(), logits.Length, 1).Next(logits));

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_WithARowOfAnotherLength_NamesBothLengths()
    {
        var error = Assert.Throws<ArgumentException>(() => new Sampler(new SamplingOptions(), 11, 1).Next(Logits));

        Assert.Contains("10", error.Message, StringComparison.Ordinal);
        Assert.Contains("11", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<SamplingOptions, string> BadOptions => new()
    {
        { new SamplingOptions { Temperature = -0.1 }, "Temperature is -0.1" },
        { new SamplingOptions { Temperature = double.NaN }, "Temperature is NaN" },
        { new SamplingOptions { TopK = -1 }, "TopK is -1" },
        { new SamplingOptions { TopP = 0 }, "TopP is 0" },
        { new SamplingOptions { MinP = 1.1 }, "MinP is 1.1" },
        { new SamplingOptions { PresencePenalty = 3 }, "PresencePenalty is 3" },
        { new SamplingOptions { FrequencyPenalty = -3 }, "FrequencyPenalty is -3" },
        { new SamplingOptions { RepetitionPenalty = 0 }, "RepetitionPenalty is 0" },
        { new SamplingOptions { LogitBias = new Dictionary<int, double> { [10] = 1 } }, "token id from 0 to 9" },
        { new SamplingOptions { LogitBias = new Dictionary<int, double> { [1] = double.PositiveInfinity } }, "LogitBias[1]" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Sampler_WithAValueOutOfRange_NamesOptionAndValue(SamplingOptions options, string expected)
    {
        var error = Assert.Throws<ArgumentException>(() => new Sampler(options, 10, 1));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static float[] OnlyPossible(int id)
    {
        var row = new float[Logits.Length];
        Array.Fill(row, -10_000);
        row[id] = 10_000;
        return row;
    }

    private static int[] Sequence(ulong seed)
    {
        var sampler = new Sampler(new SamplingOptions(), Logits.Length, seed);
        return [.. Enumerable.Range(0, 64).Select(_ => sampler.Next(Logits))];
    }
}
