using LoraMesh.Text.Gguf;

namespace LoraMesh.AllInOne.Commands;

/// <summary>A tokenizer as keys and values of a GGUF file, under the names that llama.cpp reads.</summary>
internal static class VocabularyKeys
{
    private const string Prefix = "tokenizer.ggml.";

    internal static IEnumerable<KeyValuePair<string, object>> Of(GgufVocabulary vocabulary)
    {
        yield return new($"{Prefix}model", vocabulary.Model);
        yield return new($"{Prefix}pre", vocabulary.PreTokenizer);
        yield return new($"{Prefix}tokens", vocabulary.Tokens.ToArray());
        if (vocabulary.Scores is { } scores)
        {
            yield return new($"{Prefix}scores", scores.ToArray());
        }

        yield return new($"{Prefix}token_type", vocabulary.Types.Select(type => (int)type).ToArray());
        if (vocabulary.Merges is { } merges)
        {
            yield return new($"{Prefix}merges", merges.ToArray());
        }

        foreach (var (name, id) in vocabulary.SpecialIds.OrderBy(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            yield return new($"{Prefix}{name}_token_id", (uint)id);
        }

        yield return new($"{Prefix}add_bos_token", vocabulary.AddBos);
        yield return new($"{Prefix}add_eos_token", vocabulary.AddEos);
        if (vocabulary.AddSpacePrefix is { } space)
        {
            yield return new($"{Prefix}add_space_prefix", space);
        }

        if (vocabulary.NormalizesToNfc)
        {
            yield return new($"{Prefix}normalizer.nfc", true);
        }

        if (vocabulary.ChatTemplate is { } template)
        {
            yield return new("tokenizer.chat_template", template);
        }
    }
}
