using System.Globalization;
using System.Text;

namespace LoraMesh.BaseModel.Pretraining;

/// <summary>Draws a loss curve as SVG, for the model card.</summary>
internal static class CurvePlot
{
    private const double Width = 640, Height = 300, Left = 44, Bottom = 34, Top = 12, Right = 12;

    /// <summary>Reads <c>training-curve.csv</c> and writes the picture beside it.</summary>
    internal static void Draw(string csv, string svg)
    {
        var rows = File.ReadLines(csv).Skip(1).Select(line => line.Split(',')).ToList();
        var training = rows.Select(row => (Tokens: Number(row[1]), Loss: Number(row[2]))).ToList();
        var heldOut = rows.Where(row => row[3].Length > 0).Select(row => (Tokens: Number(row[1]), Loss: Number(row[3]))).ToList();
        var (most, low, high) = (training[^1].Tokens, Math.Floor(training.Min(point => point.Loss)), Math.Ceiling(training.Max(point => point.Loss)));
        var text = new StringBuilder();
        Add(text, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"11\"><rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        for (var loss = low; loss <= high; loss++)
        {
            Add(text, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(loss):F1}\" y2=\"{Y(loss):F1}\" stroke=\"#ddd\"/><text x=\"{Left - 6}\" y=\"{Y(loss) + 4:F1}\" text-anchor=\"end\">{loss:F0}</text>");
        }

        for (var tokens = 0.0; tokens <= most; tokens += 1e6)
        {
            Add(text, $"<text x=\"{X(tokens):F1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{tokens / 1e6:F0}M</text>");
        }

        Add(text, $"<polyline fill=\"none\" stroke=\"#9bb8d3\" points=\"{Points(training)}\"/><polyline fill=\"none\" stroke=\"#c0392b\" stroke-width=\"2\" points=\"{Points(heldOut)}\"/>");
        Add(text, $"<text x=\"{Width - Right}\" y=\"{Top + 14}\" text-anchor=\"end\" fill=\"#5b7fa3\">training loss</text><text x=\"{Width - Right}\" y=\"{Top + 30}\" text-anchor=\"end\" fill=\"#c0392b\">held-out loss</text>");
        Add(text, $"<text x=\"{(Left + Width) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">tokens seen; loss in nats per token</text></svg>");
        File.WriteAllText(svg, text.ToString());

        double X(double tokens) => Left + tokens / most * (Width - Left - Right);
        double Y(double loss) => Top + (high - loss) / (high - low) * (Height - Top - Bottom);
        string Points(IEnumerable<(double Tokens, double Loss)> points) =>
            string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Tokens):F1},{Y(point.Loss):F1}")));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static void Add(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
