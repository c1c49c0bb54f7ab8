using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

public sealed class PreflightTests
{
    private static readonly TrainingConfig Config = new() { R = 4, LearningRate = 2e-3, MaxSteps = 10 };

    [Fact]
    public void Preflight_OfGoodRows_CountsAndIsSilent()
    {
        var seen = Look(Config, new TokenRow([1, 2, 3, 4], [-100, -100, 3, 4]), new TokenRow([1, 2, 3], [-100, 2, 3]));

        Assert.Equal((2, 7, 4, 0), (seen.Rows, seen.Tokens, seen.SupervisedTokens, seen.RowsWithoutLoss));
        Assert.Empty(seen.Warnings);
    }

    [Fact]
    public void Preflight_OfRowsThatTeachNothing_CountsThem()
    {
        // The label of a row's first token is predicted by nothing.
        var seen = Look(Config, new TokenRow([1, 2, 3], [1, -100, -100]), new TokenRow([1, 2], [-100, 2]));

        Assert.Contains("1 of 2 rows", Assert.Single(seen.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("learning_rate is 0.5", 4, 0.5, null)]
    [InlineData("r is 512, but an adapted layer has", 512, 2e-3, null)]
    [InlineData("warmup_steps is 10, and there are 10 steps", 4, 2e-3, 10.0)]
    public void Preflight_OfOddSettings_SaysWhichAndWhatToDo(string expected, int r, double rate, double? warmup)
    {
        var seen = Look(Config with { R = r, LearningRate = rate, WarmupSteps = warmup }, new TokenRow([1, 2], [-100, 2]));

        Assert.Contains(expected, Assert.Single(seen.Warnings), StringComparison.Ordinal);
    }

    private static Preflight Look(TrainingConfig config, params TokenRow[] rows)
    {
        using var run = new TrainingRun(Shards.Model, new SupervisedData(TokenShard.Of(rows, [.. rows.Select((_, row) => (int[])[row])]), config), config, "base");
        return run.Preflight;
    }
}
