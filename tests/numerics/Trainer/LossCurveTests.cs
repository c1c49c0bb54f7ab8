using System.Xml.Linq;
using LoraMesh.Trainer.Publishing;

namespace LoraMesh.NumericsTests.Trainer;

public sealed class LossCurveTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5000)]
    public void Write_AnyNumberOfSteps_DrawsThemInsideThePicture(int steps)
    {
        var losses = Enumerable.Range(0, steps).Select(step => 8 * Math.Exp(-step / 500.0)).ToList();

        var picture = XElement.Parse(LossCurve.Write(losses));

        var points = picture.Elements().Single(element => element.Name.LocalName == "polyline").Attribute("points")!.Value.Split(' ').Select(point => point.Split(',').Select(double.Parse).ToArray()).ToList();
        Assert.Equal(Math.Min(steps, 200), points.Count);
        Assert.All(points, point => Assert.True(point[0] is >= 0 and <= 640 && point[1] is >= 0 and <= 240));
        Assert.True(points[^1][1] >= points[0][1], "a falling loss is drawn downwards");
        Assert.Contains($"step {steps}", picture.Value, StringComparison.Ordinal);
    }
}
