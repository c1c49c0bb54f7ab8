using LoraMesh.Model.Decoder;
using static TorchSharp.torch;

namespace LoraMesh.NumericsTests.Model;

public sealed class DropoutTests
{
    [Fact]
    public void Apply_ManyEntries_DropsTheShareAndKeepsTheMean()
    {
        using var scope = NewDisposeScope();
        var kept = new Dropout(seed: 7, probability: 0.2).Apply(ones(1000, 1001), stream: 3).data<float>().ToArray();

        // A million draws: the share lies within five standard deviations of 0.0004.
        Assert.InRange(kept.Count(value => value == 0) / (double)kept.Length, 0.198, 0.202);
        Assert.All(kept.Where(value => value != 0).Distinct(), value => Assert.Equal(1.25f, value));
    }

    [Fact]
    public void Apply_SameStream_EqualsTheMaskTwin()
    {
        using var scope = NewDisposeScope();
        var x = randn(33, 7);
        var dropout = new Dropout(seed: 1, probability: 0.5);

        Assert.Equal((x * dropout.Mask(x, 2)).data<float>().ToArray(), dropout.Apply(x, 2).data<float>().ToArray());
        Assert.NotEqual(dropout.Apply(x, 3).data<float>().ToArray(), dropout.Apply(x, 2).data<float>().ToArray());
    }

    [Theory]
    [InlineData(33, 7)]
    [InlineData(64, 1024)]
    public void Apply_InBFloat16_DropsTheSameAndRoundsWhatIsLeft(int rows, int width)
    {
        using var scope = NewDisposeScope();
        var x = randn(rows, width).to_type(ScalarType.BFloat16);
        var dropout = new Dropout(seed: 5, probability: 0.3);

        var expected = dropout.Apply(x.to_type(ScalarType.Float32), 4).to_type(ScalarType.BFloat16);

        Assert.Equal(expected.to_type(ScalarType.Float32).data<float>().ToArray(), dropout.Apply(x, 4).to_type(ScalarType.Float32).data<float>().ToArray());
    }

    [Fact]
    public void Apply_OtherSeed_DropsOthers()
    {
        using var scope = NewDisposeScope();
        var x = ones(64, 64);

        Assert.NotEqual(new Dropout(1, 0.5).Apply(x, 0).data<float>().ToArray(), new Dropout(2, 0.5).Apply(x, 0).data<float>().ToArray());
    }
}
