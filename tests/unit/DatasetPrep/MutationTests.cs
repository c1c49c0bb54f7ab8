using System.Text;
using System.Text.Json;

namespace LoraMesh.UnitTests.DatasetPrep;

/// <summary>Whatever is done to good rows, every line is either kept or refused with a place, and nothing throws.</summary>
public sealed class MutationTests : IDisposable
{
    private static readonly string[] Seeds =
    [
        """{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Grüß 😀 \ud83d\ude00\n"},{"role":"assistant","content":"Hallo \"du\" \\ \u00e9"}],"id":7}""",
        """{"instruction":"Add","input":"1 and 2","output":"3"}""",
        """{"prompt":"What is 2+2?","completion":"4"}""",
        """{"question":"Warum?","answer":"Darum.","extra":{"a":[1,2.5e3,null,true]}}""",
    ];

    private static readonly byte[][] Pieces =
    [
        [0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], .. new[] { "\"", "\\", "{", "}", "[", "]", ",", ":", "'", "\r", "\t", "\\ud800", "\\u0000", "\\u12", "null", "NaN", "-", "1e999", "\"role\":\"user\",", "\"content\":[],", "\"messages\":", "\u2028", "{\"messages\":[{}]}" }.Select(Encoding.UTF8.GetBytes),
    ];

    private readonly Sample _sample = new();

    [Theory]
    [InlineData("a.jsonl", 1)]
    [InlineData("a.json", 2)]
    public void Rows_MutatedAtRandom_AreKeptOrLocated(string name, int seed)
    {
        const int Lines = 50_000;
        var content = Mutated(Lines, new Random(seed));

        var scan = RowScan.Of(name, content);

        // A change can make two rows of one.
        Assert.InRange(scan.RowsRead, Lines / 2, Lines + (Lines / 100));
        Assert.InRange(scan.Good.Count, Lines / 20, Lines);
        Assert.Equal(scan.RowsRead, scan.Good.Count + scan.RowsRefused);
        Assert.Equal(scan.RowsRefused > 0, scan.Costly.Any());
        var divided = scan.Problems.Where(problem => problem.Kind == "several_values").Select(problem => problem.Line).ToHashSet();
        Assert.Empty(scan.Costly.Select(problem => problem.Line).Except(divided).Intersect(scan.GoodLines));
        Assert.All(scan.Problems, problem =>
        {
            Assert.InRange(problem.Line, 1, Lines);
            Assert.InRange(problem.Found.Length, 1, 80);
            Assert.DoesNotContain(problem.Found + problem.Path, char.IsControl);
            Assert.True(problem.Kind.Length > 0 && problem.Expected.Length > 0 && problem.Suggestion.Length > 0);
        });
    }

    [Fact]
    public void Array_MutatedAtRandom_NeverThrows()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var content = Encoding.UTF8.GetBytes("[" + string.Join(",\n", Enumerable.Range(0, 10).Select(i => Seeds[i % Seeds.Length])) + "]");

            var scan = RowScan.Of("a.json", Mutate(content, random));

            Assert.True(scan.Good.Count > 0 || scan.Problems.Count > 0);
        }
    }

    [Fact]
    public void Build_MutatedRows_CountsEveryRowOnce()
    {
        _sample.Config = _sample.Config with { Prep = _sample.Config.Prep with { MinGoodShare = 0 } };

        var outcome = _sample.Build(Encoding.Latin1.GetString(Mutated(2000, new Random(4))));

        Assert.Null(outcome.Rejection);
        var report = outcome.Report;
        Assert.Equal(report.RowsRead, report.RowsKept + report.Stages.Sum(stage => stage.Dropped.Values.Sum()));
        Assert.Equal(report.Stages[0].Dropped.Values.Sum(), File.ReadLines(outcome.RejectedRows!.Path).LongCount());
        Assert.All(File.ReadLines(outcome.RejectedRows.Path), line => JsonDocument.Parse(line).Dispose());
    }

    public void Dispose() => _sample.Dispose();

    private static byte[] Mutated(int lines, Random random)
    {
        using var content = new MemoryStream();
        for (var i = 0; i < lines; i++)
        {
            var row = Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]);
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                row = Mutate(row, random);
            }

            content.Write(row);
            content.Write("\n"u8);
        }

        return content.ToArray();
    }

    // Never with a line feed, so that lines keep their numbers.
    private static byte[] Mutate(byte[] row, Random random)
    {
        var at = random.Next(row.Length + 1);
        var until = Math.Min(row.Length, at + random.Next(12));
        var noise = (byte)random.Next(11, 256);
        return random.Next(5) switch
        {
            0 => [.. row[..at], .. row[until..]],
            1 => [.. row[..at], .. Pieces[random.Next(Pieces.Length)], .. row[at..]],
            2 => [.. row[..at], .. Pieces[random.Next(Pieces.Length)], .. row[until..]],
            3 => [.. row[..until], .. row[at..]],
            _ => at < row.Length ? [.. row[..at], noise, .. row[(at + 1)..]] : row,
        };
    }
}
