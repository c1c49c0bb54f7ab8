using System.Text.Json;
using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Training;

public sealed class LearningRateScheduleTests
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    [Fact]
    public void At_EveryCourse_GivesTransformersRates()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "schedules", "schedules.json")));
        foreach (var known in golden.RootElement.EnumerateArray())
        {
            var peak = known.GetProperty("peak").GetDouble();
            var schedule = new LearningRateSchedule(
                known.GetProperty("type").GetString()!, peak, known.GetProperty("warmup_steps").GetInt32(), known.GetProperty("steps").GetInt32())
            {
                Options = known.GetProperty("kwargs").Deserialize<ScheduleOptions>(SnakeCase)!,
            };
            var rates = known.GetProperty("rates").EnumerateArray().Select(rate => rate.GetDouble()).ToList();

            for (var step = 0; step < rates.Count; step++)
            {
                // Both are float64 and in the same order; a cosine may differ in its last bit between libraries.
                Assert.True(Math.Abs(schedule.At(step) - rates[step]) <= 1e-15 * peak, $"{schedule} at {step}: {schedule.At(step)}, transformers {rates[step]}");
            }
        }

        Assert.Equal(LearningRateSchedule.Types, golden.RootElement.EnumerateArray().Select(known => known.GetProperty("type").GetString()!).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0, 20, 0)]
    [InlineData(0.05, 20, 1)]
    [InlineData(0.05, 21, 2)]
    [InlineData(1, 20, 1)]
    [InlineData(4, 20, 4)]
    [InlineData(4.9, 20, 4)]
    public void WarmupOf_ShareOrNumber_CountsAsTransformersDoes(double warmup, int steps, int expected) =>
        Assert.Equal(expected, LearningRateSchedule.WarmupOf(warmup, steps));

    [Theory]
    [InlineData("cosine_with_min_lr", "either min_lr or min_lr_rate in lr_scheduler_kwargs; found neither")]
    [InlineData("warmup_stable_decay", "needs num_decay_steps in lr_scheduler_kwargs")]
    [InlineData("greedy", "lr_scheduler_type is 'greedy'. Built: constant, ")]
    public void At_CourseWithoutWhatItNeeds_SaysWhat(string type, string expected)
    {
        var problem = Assert.Throws<ArgumentException>(() => new LearningRateSchedule(type, 1e-3, 0, 10).At(5));

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void At_PolynomialBelowItsEnd_IsRefused()
    {
        var schedule = new LearningRateSchedule("polynomial", 1e-5, 0, 10) { Options = new ScheduleOptions { LrEnd = 1e-4 } };

        Assert.Contains("lr_end is 0.0001", Assert.Throws<ArgumentException>(() => schedule.At(1)).Message, StringComparison.Ordinal);
    }
}
