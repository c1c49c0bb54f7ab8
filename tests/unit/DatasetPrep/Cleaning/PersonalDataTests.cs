using LoraMesh.DatasetPrep.Cleaning.PersonalData;

namespace LoraMesh.UnitTests.DatasetPrep.Cleaning;

public sealed class PersonalDataTests(Xunit.Abstractions.ITestOutputHelper output)
{
    // Found and true: same kind, and most of the span is the same.
    private static readonly Dictionary<PersonalDataKind, (int Right, int Found, int True)> Counts = Count();

    [Theory]
    [InlineData("Email", 0.99, 0.99)]
    [InlineData("Phone", 0.95, 0.95)]
    [InlineData("Iban", 0.99, 0.99)]
    [InlineData("Card", 0.95, 0.99)]
    [InlineData("Ip", 0.99, 0.99)]
    [InlineData("NationalId", 0.97, 0.97)]
    [InlineData("Secret", 0.97, 0.97)]
    public void Finder_LabelledSet_KeepsPrecisionAndRecall(string kind, double precision, double recall)
    {
        var (right, found, actual) = Counts[Enum.Parse<PersonalDataKind>(kind)];

        output.WriteLine($"{kind}: {actual} values, {found} found, {right} of them right");
        Assert.True(actual >= 36, $"{actual} samples say too little.");
        Assert.True(right >= precision * found && right >= recall * actual, $"{kind}: {right} right of {found} found and {actual} there.\n{Wrong(Enum.Parse<PersonalDataKind>(kind))}");
    }

    [Fact]
    public void Finder_HardNegatives_FindsAlmostNothing()
    {
        var clean = Lines().Where(line => line.Spans.Count == 0).ToList();

        var wrong = clean.SelectMany(line => PersonalDataFinder.Find(line.Text).Select(span => $"{span.Kind} in: {line.Text}")).ToList();

        Assert.True(clean.Count >= 100);
        Assert.True(wrong.Count <= 1, string.Join('\n', wrong));
    }

    [Fact]
    public void Finder_Spans_AreInOrderAndApart() => Assert.All(Lines(), line =>
    {
        var spans = PersonalDataFinder.Find(line.Text + " " + line.Text);

        Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
    });

    [Fact]
    public void Redaction_SameValue_GetsTheSamePlaceholderInTheRow()
    {
        var redaction = new Redaction();
        string Redact(string text) => redaction.Apply(text, PersonalDataFinder.Find(text));

        Assert.Equal("Ask [EMAIL_1] or [EMAIL_2], pay to [IBAN_1]", Redact("Ask a@firm.de or b@firm.de, pay to DE89 3704 0044 0532 0130 00"));
        Assert.Equal("[IBAN_1] belongs to [EMAIL_1], call [PHONE_1]", Redact("DE89370400440532013000 belongs to A@FIRM.DE, call +49 30 1234567"));
    }

    [Theory]
    [InlineData("tickets.jsonl")]
    [InlineData("intents.jsonl")]
    public void Finder_OrdinaryRows_FindsNothing(string sample)
    {
        var rows = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Samples", sample)).ToList();

        Assert.True(rows.Count >= 600);
        Assert.Empty(rows.SelectMany(row => PersonalDataFinder.Find(row).Select(span => $"{span.Kind} in: {row}")));
    }

    [Theory]
    [InlineData("@")]
    [InlineData("1 ")]
    [InlineData("a.")]
    [InlineData("12.")]
    [InlineData("::")]
    [InlineData("DE12 ")]
    [InlineData("-----BEGIN ")]
    [InlineData("password:")]
    [InlineData("://a:b@")]
    public void Finder_HostileRepeats_Ends(string piece) =>
        Assert.NotNull(PersonalDataFinder.Find(string.Concat(Enumerable.Repeat(piece, 20_000))));

    private static string Wrong(PersonalDataKind kind) => string.Join('\n', Lines().Where(line =>
        !PersonalDataFinder.Find(line.Text).FindAll(span => span.Kind == kind).SequenceEqual(line.Spans.FindAll(span => span.Kind == kind))).Select(line => line.Text));

    private static Dictionary<PersonalDataKind, (int Right, int Found, int True)> Count()
    {
        var counts = Enum.GetValues<PersonalDataKind>().ToDictionary(kind => kind, _ => (Right: 0, Found: 0, True: 0));
        foreach (var (text, labels) in Lines())
        {
            var found = PersonalDataFinder.Find(text);
            foreach (var label in labels)
            {
                var (right, all, there) = counts[label.Kind];
                counts[label.Kind] = (right + (found.Exists(span => IsSame(span, label)) ? 1 : 0), all, there + 1);
            }

            foreach (var span in found)
            {
                var (right, all, there) = counts[span.Kind];
                counts[span.Kind] = (right, all + 1, there);
            }
        }

        return counts;
    }

    private static bool IsSame(PersonalDataSpan found, PersonalDataSpan label)
    {
        var shared = Math.Min(found.End, label.End) - Math.Max(found.Start, label.Start);
        return found.Kind == label.Kind && shared >= 0.8 * Math.Max(found.Length, label.Length);
    }

    private static List<(string Text, List<PersonalDataSpan> Spans)> Lines() =>
        [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "unit", "DatasetPrep", "Cleaning", "personal-data", "labels.txt")).Select(Parse)];

    private static (string Text, List<PersonalDataSpan> Spans) Parse(string line)
    {
        var (text, spans, rest) = (new System.Text.StringBuilder(), new List<PersonalDataSpan>(), line.Replace("¦", string.Empty, StringComparison.Ordinal));
        while (rest.IndexOf('⟦', StringComparison.Ordinal) is >= 0 and var open)
        {
            var close = rest.IndexOf('⟧', StringComparison.Ordinal);
            var colon = rest.IndexOf(':', open);
            text.Append(rest, 0, open);
            spans.Add(new PersonalDataSpan(text.Length, close - colon - 1, Enum.Parse<PersonalDataKind>(rest[(open + 1)..colon])));
            text.Append(rest, colon + 1, close - colon - 1);
            rest = rest[(close + 1)..];
        }

        return (text.Append(rest).ToString(), spans);
    }
}
