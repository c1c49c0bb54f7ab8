using System.Globalization;
using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Reporting;

/// <summary>Drawings in SVG that take their colours from the page's style.</summary>
internal static class Charts
{
    private const int Width = 860;
    private const int MostBars = 12;

    /// <summary>What became of the rows, stage by stage: a band that narrows where rows are left out.</summary>
    public static Markup Funnel(IReadOnlyList<StageCount> stages)
    {
        if (stages.Count == 0 || stages[0].RowsIn == 0)
        {
            return Markup.None;
        }

        const double Top = 40, Band = 150;
        var all = (double)stages[0].RowsIn;
        var step = Width / (double)stages.Count;
        var drawn = new List<Markup>();
        for (var i = 0; i < stages.Count; i++)
        {
            var (stage, x) = (stages[i], i * step);
            var (before, after) = (Band * stage.RowsIn / all, Band * stage.RowsOut / all);
            var middle = x + (step * 0.62);
            drawn.Add(Markup.Of($"""<path class="flow" d="M{x} {Top} H{x + step} V{Top + after} H{middle} C{x + (step * 0.45)} {Top + after} {x + (step * 0.4)} {Top + before} {x + (step * 0.2)} {Top + before} H{x} Z"/>"""));
            drawn.Add(Markup.Of($"""<text class="name" x="{x + 8}" y="16">{Title(stage.Stage)}</text><text class="note" x="{x + 8}" y="32">{(i == 0 ? Markup.Of($"{stage.RowsIn} → ") : Markup.None)}{stage.RowsOut} rows</text>"""));
            var lost = stage.RowsIn - stage.RowsOut;
            if (lost > 0)
            {
                drawn.Add(Markup.Of($"""<path class="lost" d="M{x + (step * 0.2)} {Top + before} C{x + (step * 0.4)} {Top + before} {x + (step * 0.45)} {Top + after} {middle} {Top + after} V{Top + Math.Max(after + 2, before)} Z"/>"""));
            }

            var y = Top + Band + 22;
            foreach (var (reason, count) in stage.Dropped.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(4))
            {
                drawn.Add(Markup.Of($"""<text class="note" x="{x + 8}" y="{y}"><tspan class="minus">−{count}</tspan> {Title(reason)}</text>"""));
                y += 16;
            }

            if (stage.Dropped.Count > 4)
            {
                drawn.Add(Markup.Of($"""<text class="note" x="{x + 8}" y="{y}">and {stage.Dropped.Count - 4} more reasons</text>"""));
            }
        }

        return Markup.Of($"""<svg viewBox="0 0 {PlainWidth} 290" role="img" aria-label="Rows by stage">{drawn}</svg>""");
    }

    /// <summary>Token sequences by length, the two sides one above the other.</summary>
    public static Markup Lengths(IReadOnlyList<LengthRange> train, IReadOnlyList<LengthRange> test)
    {
        var bins = Math.Max(train.Count, test.Count);
        if (bins == 0)
        {
            return Markup.None;
        }

        var first = Math.Min(FirstUsed(train), FirstUsed(test));
        const double Height = 170, Base = 195;
        var most = Enumerable.Range(0, bins).Max(bin => Rows(train, bin) + Rows(test, bin));
        var step = Math.Min(110, Width / (double)(bins - first));
        var drawn = new List<Markup>();
        for (var bin = first; bin < bins; bin++)
        {
            var (x, below, above) = ((bin - first) * step, Height * Rows(train, bin) / most, Height * Rows(test, bin) / most);
            var upTo = bin < train.Count ? train[bin].UpTo : test[bin].UpTo;
            drawn.Add(Markup.Of($"""<rect class="train" x="{x + 4}" y="{Base - below}" width="{step - 8}" height="{below}"><title>{Rows(train, bin)} to train on</title></rect>"""));
            drawn.Add(Markup.Of($"""<rect class="test" x="{x + 4}" y="{Base - below - above}" width="{step - 8}" height="{above}"><title>{Rows(test, bin)} held out</title></rect>"""));
            drawn.Add(Markup.Of($"""<text class="note middle" x="{x + (step / 2)}" y="{Base - below - above - 5}">{Rows(train, bin) + Rows(test, bin)}</text><text class="note middle" x="{x + (step / 2)}" y="{Base + 16}">≤ {upTo}</text>"""));
        }

        return Markup.Of($"""<svg viewBox="0 0 {PlainWidth} 220" role="img" aria-label="Token sequences by length">{drawn}</svg>""");
    }

    /// <summary>Numbers by name as bars, the largest first, and not too many of them.</summary>
    public static Markup Bars(IEnumerable<(string Name, long Count, string Class)> values)
    {
        var all = values.Where(value => value.Count > 0).OrderByDescending(value => value.Count).ThenBy(value => value.Name, StringComparer.Ordinal).Take(MostBars).ToList();
        if (all.Count == 0)
        {
            return Markup.None;
        }

        var most = all[0].Count;
        var drawn = all.Select((value, i) => Markup.Of($"""<text class="name end" x="240" y="{(i * 26) + 17.0}">{Title(value.Name)}</text><rect class="{value.Class}" x="252" y="{(i * 26) + 4.0}" width="{Math.Max(2, 500.0 * value.Count / most)}" height="18" rx="3"/><text class="note" x="{260 + Math.Max(2, 500.0 * value.Count / most)}" y="{(i * 26) + 17.0}">{value.Count}</text>"""));
        return Markup.Of($"""<svg viewBox="0 0 {PlainWidth} {all.Count * 26.0}" role="img" aria-label="Counts by kind">{drawn}</svg>""");
    }

    /// <summary>The two sides as one bar.</summary>
    public static Markup Sides(long train, long test)
    {
        if (train + test == 0)
        {
            return Markup.None;
        }

        var share = Width * (double)train / (train + test);
        return Markup.Of($"""<svg viewBox="0 0 {PlainWidth} 34" role="img" aria-label="Rows on either side"><rect class="train" x="0" y="0" width="{Math.Max(0, share - 2)}" height="34" rx="4"/><rect class="test" x="{share}" y="0" width="{Width - share}" height="34" rx="4"/></svg>""");
    }

    /// <summary>A stable word as people write it.</summary>
    public static string Title(string word) => word.Replace('_', ' ');

    private static string PlainWidth => Width.ToString(CultureInfo.InvariantCulture);

    private static long Rows(IReadOnlyList<LengthRange> ranges, int bin) => bin < ranges.Count ? ranges[bin].Rows : 0;

    private static int FirstUsed(IReadOnlyList<LengthRange> ranges) => Enumerable.Range(0, ranges.Count).FirstOrDefault(bin => ranges[bin].Rows > 0, int.MaxValue);
}
