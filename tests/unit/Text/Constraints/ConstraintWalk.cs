using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LoraMesh.Text;
using LoraMesh.Text.Constraints;

namespace LoraMesh.UnitTests.Text.Constraints;

/// <summary>A model without a mind: it takes any of the tokens that a constraint allows.</summary>
internal static class ConstraintWalk
{
    private static readonly ConcurrentDictionary<string, (Tokenizer Tokenizer, TokenVocabulary Vocabulary)> Vocabularies = new(StringComparer.Ordinal);

    public static IReadOnlyList<string> Tokenizers { get; } = ["bbpe-llama3", "bbpe-qwen2", "sp-llama2-legacy", "sp-mistral-first", "unigram"];

    public static ConstraintPart Schema(string schema) => new SchemaPart(JsonDocument.Parse(schema).RootElement, "schema");

    /// <summary>A text that ended by itself, or null where it had become too long before.</summary>
    public static string? Write(string tokenizerName, TextConstraint constraint, int seed, int maxTokens = 1_500)
    {
        var (tokenizer, vocabulary) = Vocabularies.GetOrAdd(tokenizerName, static name =>
        {
            var tokenizer = Tokenizer.Load(Golden.Folder("tokenizers", name));
            return (tokenizer, new TokenVocabulary(tokenizer, tokenizer.VocabularySize + 70));
        });
        var end = vocabulary.Size - 1;
        var random = new Random(seed);
        var text = new TokenConstraint(constraint, vocabulary, [end]).Begin();
        var decoder = tokenizer.CreateStreamingDecoder();
        var written = new StringBuilder();
        for (var count = 0; count < maxTokens; count++)
        {
            var ids = Ids(text.Allowed());
            Assert.Equal(text.MayEnd, ids.Contains(end));
            var id = ids[random.Next(ids.Count)];
            if (id == end || (text.MayEnd && random.Next(2) == 0))
            {
                return written.Append(decoder.Flush()).ToString();
            }

            text.Accept(id);
            written.Append(decoder.Push(id));
        }

        return null;
    }

    /// <summary>Whether a text is one that the constraint asks for, by its bytes.</summary>
    public static bool Accepts(TextConstraint constraint, string text)
    {
        var sets = new StateSets(constraint.Grammar, int.MaxValue);
        var set = sets.Start;
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            set = sets.Step(set, value);
            if (set == StateSet.Dead)
            {
                return false;
            }
        }

        return set.IsComplete;
    }

    private static List<int> Ids(ReadOnlySpan<ulong> mask)
    {
        var ids = new List<int>();
        for (var id = 0; id < mask.Length * 64; id++)
        {
            if ((mask[id >> 6] >> (id & 63) & 1) != 0)
            {
                ids.Add(id);
            }
        }

        return ids;
    }
}
