using System.Text;

namespace LoraMesh.UnitTests.DatasetPrep.Corpus;

/// <summary>Characters and texts that people do not mean to train on, and bytes that are no UTF-8.</summary>
internal static class TextFaults
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static IEnumerable<BrokenFile> Files()
    {
        yield return new FileWriter("texts.jsonl", SoundRows.Pair).Sound()
            .Fault("control_characters", "$.completion", "4\\u0000", """{"prompt":"2+2?","completion":"4\u0000"}""")
            .Fault("lone_surrogate", "$.completion", "\\ud83d", """{"prompt":"smile","completion":"\ud83d!"}""")
            .Fault("lone_surrogate", "$.prompt", "\\ude00", """{"prompt":"smile \ude00","completion":"b"}""")
            .Fault("stray_control_characters", "$.completion", "\\u001b", """{"prompt":"which colour?","completion":"\u001b[31mred\u001b[0m"}""")
            .Fault("replacement_character", "$.completion", "caf\uFFFD", "{\"prompt\":\"where?\",\"completion\":\"in the caf\uFFFD\"}")
            .Fault("mojibake", "$.completion", "cafÃ©", """{"prompt":"where then?","completion":"in the cafÃ©"}""")
            .Fault("invisible_characters", "$.prompt", "\\u200b", """{"prompt":"hid\u200bden","completion":"words"}""")
            .Fault("invisible_characters", "$.prompt", "\\u202e", """{"prompt":"turned \u202eround","completion":"letters"}""")
            .Fault("carriage_returns", "$.completion", "one\\r\\ntwo", """{"prompt":"count","completion":"one\r\ntwo"}""")
            .Fault("html_markup", "$.completion", "<div", """{"prompt":"say hi","completion":"<div class=\"x\">Hi</div>"}""")
            .Fault("html_markup", "$.completion", "&nbsp;", """{"prompt":"say ho","completion":"Ho&nbsp;there"}""")
            .Fault("boilerplate", "$.completion", "Accept all cookies", """{"prompt":"summarise","completion":"Skip to main content. We won. Accept all cookies. Subscribe to our newsletter."}""")
            .Fault("placeholder_text", "$.completion", "\"TODO\"", """{"prompt":"what else?","completion":"TODO"}""")
            .Fault("placeholder_text", "$.prompt", "\"nan\"", """{"prompt":"nan","completion":"an answer to nothing"}""")
            .Fault("repetitive_text", "$.completion", "'z' more than", $$"""{"prompt":"snore","completion":"{{new string('z', 250)}}"}""")
            .Fault("repetitive_text", "$.completion", "not again", $$"""{"prompt":"stuck","completion":"Well: {{string.Concat(Enumerable.Repeat("not again, ", 30))}}"}""")
            .Fault("repetitive_text", "$.completion", "\"x = 1;\" more than", $$"""{"prompt":"stuck in code","completion":"{{string.Concat(Enumerable.Repeat("x = 1;\\n", 40))}}"}""")
            .Fault("special_token_in_text", "$.completion", "<|end|>", """{"prompt":"end it","completion":"so be it<|end|>"}""")
            .Fault("special_token_in_text", "$.prompt", "[INST]", """{"prompt":"[INST] rendered for another model [/INST]","completion":"b"}""")
            .Done();
        yield return new FileWriter("latin1.jsonl", SoundRows.Pair).Sound()
            .Fault("not_utf8", "$.prompt", "0xE9", Encoding.Latin1.GetBytes("{\"prompt\":\"café\",\"completion\":\"b\"}\n"))
            .Fault("not_utf8", "$.completion", "0xC0", [.. "{\"prompt\":\"a\",\"completion\":\"\""u8[..27], 0xC0, 0xAF, .. "\"}\n"u8])
            .Fault("not_utf8", "$.prompt", "0xED", [.. "{\"prompt\":\""u8, 0xED, 0xA0, 0xBD, .. "\",\"completion\":\"b\"}\n"u8])
            .Fault("control_characters", "$.prompt", "a NUL byte", [.. "{\"prompt\":\"a"u8, 0, .. "\",\"completion\":\"b\"}\n"u8])
            .Fault("byte_order_mark", "", "EF BB BF", "\uFEFF{\"prompt\":\"a file joined to another\",\"completion\":\"b\"}")
            .Done();
        yield return new FileWriter("bom.jsonl", number => (number == 1 ? "\uFEFF" : "") + SoundRows.Pair(number)).Also("byte_order_mark", "", "EF BB BF").Sound(3).Done();
        yield return new FileWriter("ends.jsonl", SoundRows.Pair).Sound(2).Also("mixed_line_ends", "", "CRLF").Sound(1, "\r\n").Sound(2).Done();
        yield return new FileWriter("zeros.jsonl", SoundRows.Pair).Sound(2).Fault("control_characters", "", "a NUL byte", [.. new byte[300], (byte)'\n']).Done();
        foreach (var encoding in (Encoding[])[new UnicodeEncoding(bigEndian: false, byteOrderMark: true), new UnicodeEncoding(bigEndian: true, byteOrderMark: false), new UTF32Encoding()])
        {
            var file = new FileWriter($"{encoding.WebName}.jsonl", SoundRows.Pair).AlsoFile("other_encoding", encoding.WebName[..6]).Sound().Fault("missing_field", "$.completion", "fields prompt", """{"prompt":"a"}""").Done();
            yield return file with { Content = [.. encoding.GetPreamble(), .. encoding.GetBytes(Utf8.GetString(file.Content))] };
        }
    }
}
