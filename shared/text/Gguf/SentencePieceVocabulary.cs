using System.Globalization;
using LoraMesh.Text.PreTokenizers;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Gguf;

// SentencePiece-style BPE. llama.cpp joins the two neighbours whose token has the highest score, wherever that token is in
// the vocabulary, and knows no list of merges. tokenizer.json has the list and no scores: a token's place in it is the score
// that joins in the same order. (llama.cpp's converter writes one score for all where tokenizer.model is missing, and
// joins from the left then.) What a list can say and scores cannot is told in a note.
internal static class SentencePieceVocabulary
{
    private const string Mark = "▁";

    public static GgufVocabulary Complete(GgufVocabulary vocabulary, JsonPart root, GgufTokenType[] types)
    {
        var model = root.Member("model");
        var ids = Ids(model, types);
        for (var value = 0; value < 256; value++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");
            types[ids.TryGetValue(text, out var id) ? id : throw model.Unsupported("byte_fallback", $"byte_fallback is true, but the vocabulary lacks {text}. llama.cpp needs all 256 byte tokens.")] = GgufTokenType.Byte;
        }

        if (model.Member("unk_token").StringOrNull() is { } unknown && ids.TryGetValue(unknown, out var unknownId) && types[unknownId] == GgufTokenType.Normal)
        {
            types[unknownId] = GgufTokenType.Unknown;
        }

        var (prefix, notes, splits) = Spaces(root);
        var scores = new float[vocabulary.Tokens.Count];
        notes.AddRange(Score(model, ids, types, splits, scores));
        return vocabulary with
        {
            Model = "llama",
            PreTokenizer = "default",
            Types = types,
            Scores = scores,
            AddSpacePrefix = prefix,
            Notes = [.. vocabulary.Notes, .. notes],
        };
    }

    private static Dictionary<string, int> Ids(JsonPart model, GgufTokenType[] types) =>
        model.Member("vocab").Members().Select(entry => (entry.Name, Id: entry.Value.Integer(0, types.Length - 1))).ToDictionary(entry => entry.Name, entry => entry.Id, StringComparer.Ordinal);

    // Whether a space is put before a text, and whether words are cut apart before tokens are joined.
    private static (bool Prefix, List<string> Notes, bool Splits) Spaces(JsonPart root)
    {
        var (normalizer, preTokenizer) = (root.Member("normalizer"), root.Member("pre_tokenizer"));
        JsonPart[] steps = normalizer.IsNull ? [] : normalizer.Type() == "Sequence" ? [.. normalizer.Member("normalizers").Items()] : [normalizer];
        var replaces = steps.Length > 0 && IsReplace(steps[^1]);
        if (!preTokenizer.IsNull && preTokenizer.Type() == "Metaspace" && steps.Length == 0)
        {
            var (mark, scheme) = MetaspaceOptions.Read(preTokenizer);
            if (mark == Mark)
            {
                List<string> notes = scheme switch
                {
                    MetaspacePrefix.First => ["a space is put before a text that begins with none; llama.cpp puts one before every text, and behind every special token within it."],
                    MetaspacePrefix.Always => ["a space is put before a text that begins with none; llama.cpp puts one before every text."],
                    _ => [],
                };
                return (scheme != MetaspacePrefix.Never, notes, preTokenizer.Member("split").Boolean(true));
            }
        }

        // A split at spaces that the normalizer has replaced cuts nothing.
        var cutsNothing = preTokenizer.IsNull || (preTokenizer.Type() == "Split" && preTokenizer.Member("pattern").Member("String").StringOrNull() == " ");
        var prepends = steps is [var first, _] && first.Type() == "Prepend" && first.Member("prepend").String() == Mark;
        return replaces && cutsNothing && (prepends || steps.Length == 1)
            ? (prepends, [], false)
            : throw root.Member(normalizer.IsNull ? "pre_tokenizer" : "normalizer").Unsupported("spaces", $"normalizer and pre-tokenizer are [{string.Join(", ", steps.Append(preTokenizer).Where(step => !step.IsNull).Select(step => step.Type()))}]. llama.cpp's SentencePiece tokenizer writes spaces as '{Mark}', with or without one before the text, and nothing else: Replace (with Prepend before it), or Metaspace. Serve the model from its own folder.");

        static bool IsReplace(JsonPart part) =>
            part.Type() == "Replace" && part.Member("pattern").Member("String").StringOrNull() == " " && part.Member("content").String() == Mark;
    }

    private static IEnumerable<string> Score(JsonPart model, Dictionary<string, int> ids, GgufTokenType[] types, bool splits, float[] scores)
    {
        var merges = new HashSet<(string Left, string Right)>();
        Array.Fill(scores, float.NegativeInfinity);
        var last = -1;
        var apart = new List<string>();
        foreach (var item in model.Member("merges").Items())
        {
            string[] pair = item.Element.ValueKind == System.Text.Json.JsonValueKind.String ? item.String().Split(' ') : [.. item.Items().Select(part => part.String())];
            if (pair is not [var left, var right] || !ids.TryGetValue(left + right, out var id))
            {
                throw item.Unexpected("two tokens that make a token of the vocabulary");
            }

            if (float.IsNegativeInfinity(scores[id]))
            {
                scores[id] = -merges.Count;
            }
            else if (id != last)
            {
                apart.Add(left + right);
            }

            merges.Add((left, right));
            last = id;
        }

        for (var id = 0; id < scores.Length; id++)
        {
            scores[id] = types[id] != GgufTokenType.Normal ? 0 : float.IsNegativeInfinity(scores[id]) ? -merges.Count - 1 : scores[id];
        }

        var unlisted = ids.Where(entry => types[entry.Value] == GgufTokenType.Normal && HasUnlisted(entry.Key)).Select(entry => entry.Key).Take(1).Concat(apart).ToList();
        if (unlisted.Count > 0)
        {
            yield return $"the merges are not all that the vocabulary allows, or not in the order of its tokens ('{unlisted[0]}' is one); llama.cpp joins whatever makes a token, so some texts are cut otherwise.";
        }

        if (splits && ids.Keys.FirstOrDefault(token => token.LastIndexOf(Mark, StringComparison.Ordinal) > 0) is { } across)
        {
            yield return $"words are cut apart before tokens are joined, but the vocabulary has tokens across words ('{across}'); llama.cpp uses them, so some texts are cut otherwise.";
        }

        bool HasUnlisted(string token)
        {
            for (var at = 1; at < token.Length; at++)
            {
                if (!char.IsLowSurrogate(token[at]) && ids.ContainsKey(token[..at]) && ids.ContainsKey(token[at..]) && !merges.Contains((token[..at], token[at..])))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
