using System.Text;
using LoraMesh.Formats;

namespace LoraMesh.UnitTests.Formats;

public sealed class ByteLinesTests
{
    [Fact]
    public void Read_PassesBlankLinesOver_AndGivesTooLongOnesAsNull()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($"one\r\n \n{new string('x', 100_000)}\ntwo\n{new string('y', 11)}"));

        var lines = ByteLines.Read(stream, maxBytes: 10).Select(line => (line.Number, line.Line is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null)).ToList();

        Assert.Equal([(1, "one\r"), (3, null), (4, "two"), (5, null)], lines);
    }
}
