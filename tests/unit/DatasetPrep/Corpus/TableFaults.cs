using System.Text;

namespace LoraMesh.UnitTests.DatasetPrep.Corpus;

/// <summary>Tables whose records, quotes or headers are not what they must be.</summary>
internal static class TableFaults
{
    public static IEnumerable<BrokenFile> Files()
    {
        yield return Table("table.csv").Sound()
            .Fault("wrong_column_count", "completion", "1 columns", "only one")
            .Fault("wrong_column_count", "", "3 columns", "one,two,three")
            .Fault("stray_quote", "prompt", "say \\\"hi", "\"say \\\"hi\\\" to them\",yes")
            .Fault("stray_quote", "completion", "\"b\" c", "a,\"b\" c")
            .Fault("empty_content", "completion", "\"\"", "no answer,")
            .Fault("empty_content", "prompt", "\"\"", ",no question")
            .Fault("placeholder_text", "completion", "\"NaN\"", "written by a library,NaN")
            .Fault("placeholder_text", "prompt", "\"#N/A\"", "#N/A,written by a spreadsheet")
            .Fault("repeated_header", "prompt", "the header once more", "prompt,completion")
            .Fault("control_characters", "prompt", "\\u0000", "a\0b,c")
            .Done();
        yield return Table("open.csv").Sound().Fault("unbalanced_quotes", "prompt", "\"never closed", "\"never closed,b").Done();
        yield return Table("semicolons.csv", ';').Sound(2).Fault("wrong_column_count", "completion", "1 columns", "a,b").Done();
        yield return new FileWriter("tabs.tsv", number => $"question {number}\tanswer {number}").Raw("prompt\tcompletion\n").Sound(2).Fault("wrong_column_count", "", "3 columns", "a\tb\tc").Done();
        yield return new FileWriter("messages.csv", number => $"\"[{{\"\"role\"\":\"\"user\"\",\"\"content\"\":\"\"q {number}\"\"}},{{\"\"role\"\":\"\"assistant\"\",\"\"content\"\":\"\"a {number}\"\"}}]\"").Raw("messages\n").Sound()
            .Fault("wrong_type", "messages", "{'role'", "\"[{'role': 'user', 'content': 'q'}]\"")
            .Fault("no_assistant_turn", "messages", "roles user", "\"[{\"\"role\"\":\"\"user\"\",\"\"content\"\":\"\"q\"\"}]\"").Done();
        yield return new FileWriter("twice.csv", SoundRows.Pair).Also("duplicate_column", "prompt", "2 columns").Raw("prompt,completion,prompt\na,b,c\n").Done();
        yield return new FileWriter("headless.csv", SoundRows.Pair).Also("unknown_columns", "", "columns how are you, fine").Raw("how are you,fine\nwho are you,nobody\n").Done();
        yield return new FileWriter("header.csv", SoundRows.Pair).AlsoFile("empty_file", "no row below it").Raw("prompt,completion\n").Done();
        yield return new FileWriter("marked.csv", number => $"question {number},answer {number}").Also("byte_order_mark", "", "EF BB BF").Raw("\uFEFFprompt,completion\n").Sound(2).Done();
        var latin = Table("latin1.csv").Sound().Fault("not_utf8", "prompt", "0xE9", Encoding.Latin1.GetBytes("café,b\n")).Done();
        yield return latin;
    }

    private static FileWriter Table(string name, char delimiter = ',') =>
        new FileWriter(name, number => number % 3 == 0 ? $"\"question {number}\"{delimiter}\"with \"\"quotes\"\"{delimiter} and two\nlines\"" : $"question {number}{delimiter}answer {number}")
            .Raw($"prompt{delimiter}completion\n");
}
