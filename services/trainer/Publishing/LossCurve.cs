using System.Globalization;
using System.Text;

namespace LoraMesh.Trainer.Publishing;

/// <summary>
/// <c>loss.svg</c> of an adapter folder: the loss by step, each point the mean of as many steps as lie under it. The same losses
/// give the same bytes; readable on light and on dark ground.
/// </summary>
internal static class LossCurve
{
    /// <summary>Name of the file.</summary>
    internal const string FileName = "loss.svg";

    private const int Width = 640;
    private const int Height = 240;
    private const int Left = 56;
    private const int Bottom = 32;
    private const int Margin = 12;
    private const int Points = 200;
    private const int Lines = 4;

    internal static string Write(IReadOnlyList<double> losses)
    {
        var points = Means(losses);
        var (top, low) = (points.Max(), Math.Min(0, points.Min()));
        top = top > low ? top : low + 1;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" role="img" aria-label="Loss over {losses.Count} steps, from {points[0]:G4} to {points[^1]:G4}" font-family="sans-serif" font-size="12" fill="#808080">""");
        for (var line = 0; line <= Lines; line++)
        {
            var value = low + (top - low) * line / Lines;
            text.AppendLine(CultureInfo.InvariantCulture, $"""<path d="M{Left} {Y(value):0.#}H{Width - Margin}" stroke="#808080" stroke-opacity="0.3"/><text x="{Left - 8}" y="{Y(value) + 4:0.#}" text-anchor="end">{value:G3}</text>""");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{Left}" y="{Height - 10}">step 1</text><text x="{Width - Margin}" y="{Height - 10}" text-anchor="end">step {losses.Count}</text><text x="{(Left + Width - Margin) / 2}" y="{Height - 10}" text-anchor="middle">training loss in nats</text>""");
        text.Append("""<polyline fill="none" stroke="#1f77b4" stroke-width="2" stroke-linejoin="round" points=" """.TrimEnd());
        text.AppendJoin(' ', points.Select((value, index) => string.Create(CultureInfo.InvariantCulture, $"{X(index):0.#},{Y(value):0.#}")));
        text.AppendLine("\"/>").AppendLine("</svg>");
        return text.ToString().ReplaceLineEndings("\n");

        double X(int index) => points.Length == 1 ? Left : Left + (double)(Width - Margin - Left) * index / (points.Length - 1);

        double Y(double value) => Margin + (Height - Margin - Bottom) * (top - value) / (top - low);
    }

    private static double[] Means(IReadOnlyList<double> losses)
    {
        var count = Math.Min(Points, losses.Count);
        var means = new double[count];
        for (var point = 0; point < count; point++)
        {
            int first = (int)((long)losses.Count * point / count), end = (int)((long)losses.Count * (point + 1) / count);
            means[point] = losses.Skip(first).Take(end - first).Average();
        }

        return means;
    }
}
