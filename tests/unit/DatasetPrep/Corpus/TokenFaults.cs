namespace LoraMesh.UnitTests.DatasetPrep.Corpus;

/// <summary>Rows of token ids that do not fit together, or not the model.</summary>
internal static class TokenFaults
{
    public static IEnumerable<BrokenFile> Files()
    {
        yield return new FileWriter("ids.jsonl", SoundRows.Tokens).Sound()
            .Fault("id_out_of_vocabulary", "$.input_ids[2]", "99999", """{"input_ids":[1,2,99999]}""")
            .Fault("id_out_of_vocabulary", "$.input_ids[1]", "-2", """{"input_ids":[1,-2,3]}""")
            .Fault("wrong_type", "$.input_ids[1]", "number 2.5", """{"input_ids":[1,2.5,3]}""")
            .Fault("wrong_type", "$.input_ids[0]", "\"1\"", """{"input_ids":["1","2"]}""")
            .Fault("wrong_type", "$.input_ids", "\"1 2 3\"", """{"input_ids":"1 2 3"}""")
            .Fault("null_value", "$.input_ids", "null", """{"input_ids":null}""")
            .Fault("empty_content", "$.input_ids", "an empty array", """{"input_ids":[]}""")
            .Fault("lengths_differ", "$.labels", "2 numbers", """{"input_ids":[1,2,3],"labels":[1,2]}""")
            .Fault("lengths_differ", "$.attention_mask", "4 numbers", """{"input_ids":[1,2,3],"attention_mask":[1,1,1,1]}""")
            .Fault("lengths_differ", "$.loss_mask", "2 numbers", """{"input_ids":[1,2,3],"loss_mask":[0,1]}""")
            .Fault("wrong_type", "$.attention_mask[2]", "number 7", """{"input_ids":[1,2,3],"attention_mask":[1,1,7]}""")
            .Fault("label_mismatch", "$.labels[1]", "label 3 of id 2", """{"input_ids":[1,2,3],"labels":[-100,3,-100]}""")
            .Fault("no_supervised_tokens", "", "3 tokens", """{"input_ids":[1,2,3],"labels":[-100,-100,-100]}""")
            .Fault("no_supervised_tokens", "", "3 tokens", """{"input_ids":[1,2,3],"completion_mask":[0,0,0]}""")
            .Fault("too_long", "", "1,200 tokens", $$"""{"input_ids":[{{string.Join(',', Enumerable.Repeat(7, 1200))}}]}""")
            .Done();
    }
}
