using LoraMesh.BaseModel.Corpus.WordNet;

namespace LoraMesh.BaseModel.Corpus.Tasks;

/// <summary>Dictionary entries as prose and as questions about words and sentences.</summary>
public sealed class DictionaryTasks(TaskKit kit, IReadOnlyList<Synset> synsets)
{
    private static readonly string[] Parts = ["noun", "verb", "adjective", "adverb"];
    private readonly Synset[] _withExample = [.. synsets.Where(synset => synset.Examples.Count > 0)];
    private readonly Synset[] _withKind = [.. synsets.Where(synset => synset.Kinds.Count > 0 && synset.PartOfSpeech == "noun")];
    private readonly Synset[] _withOpposite = [.. synsets.Where(synset => synset.Opposites.Count > 0)];
    private readonly Synset[] _withSynonym = [.. synsets.Where(synset => synset.Words.Count > 1)];

    private Draw Draw => kit.Draw;

    /// <summary>A dictionary entry or two in running text.</summary>
    public Document Prose() => Document.Prose(string.Join(Draw.Of(" ", "\n"), Enumerable.Range(0, Draw.Between(1, 3)).Select(_ => Entry(Draw.Pick(synsets)))));

    /// <summary>Meaning of a word, or the word for a meaning.</summary>
    public Document Meaning()
    {
        var synset = Draw.Pick(synsets);
        var word = Draw.Pick(synset.Words);
        var definition = Short(synset.Definition);
        return Draw.Between(0, 3) switch
        {
            0 or 1 => kit.Plain(Draw.Of($"What does \"{word}\" mean?", $"Define {word}.", $"Explain \"{word}\".", $"What is the meaning of the {synset.PartOfSpeech} {word}?"), Inflection.Capitalised(definition) + "."),
            2 => kit.Plain(Draw.Of($"Which word means: {definition}?", $"Find the word: {definition}", $"Guess the {synset.PartOfSpeech}: {definition}"), word),
            _ => Choose(synset, word, definition),
        };
    }

    /// <summary>Kind of a noun; or a choice between kinds.</summary>
    public Document Kind()
    {
        var synset = Draw.Pick(_withKind);
        var (word, kind) = (synset.Words[0], synset.Kinds[0]);
        var others = Enumerable.Range(0, 3).Select(_ => Draw.Pick(_withKind).Kinds[0]).Where(other => other != kind).Distinct().ToArray();
        return Draw.Between(0, 3) switch
        {
            0 => kit.Plain($"What kind of thing is \"{word}\"?", kind),
            1 => kit.Plain($"Choose: is {word} {Either(Draw.Shuffled(others.Append(kind)))}?", kind),
            2 => kit.Plain($"Is {word} a kind of {kind}?", "yes"),
            _ => others.Length == 0 ? kit.Plain($"{word} is a kind of ...", kind) : kit.Plain($"Is {word} a kind of {others[0]}?", "no"),
        };
    }

    /// <summary>Opposites and words of the same meaning.</summary>
    public Document Related()
    {
        if (Draw.Chance(0.4))
        {
            var synset = Draw.Pick(_withOpposite);
            return kit.Plain(Draw.Of($"What is the opposite of \"{synset.Words[0]}\"?", $"Opposite: {synset.Words[0]}"), synset.Opposites[0]);
        }

        var words = Draw.Shuffled(Draw.Pick(_withSynonym).Words);
        return kit.Plain(Draw.Of($"Give another word for \"{words[0]}\".", $"Which word means the same as {words[0]}?", $"Synonym: {words[0]}"), words[1]);
    }

    /// <summary>Tasks on an example sentence: gap, use in a sentence, copying, finding the word by its meaning.</summary>
    public Document Sentence()
    {
        var synset = Draw.Pick(_withExample);
        var sentence = Draw.Pick(synset.Examples);
        var words = sentence.Split(' ');
        var word = synset.Words.FirstOrDefault(candidate => words.Contains(candidate));
        var index = Draw.Between(0, words.Length - 1);
        return Draw.Between(0, 6) switch
        {
            0 when word is not null => kit.Plain($"Fill the gap ({Short(synset.Definition)}): {sentence.Replace(word, "___", StringComparison.Ordinal)}", word),
            1 when word is not null => kit.About($"Which word means \"{Short(synset.Definition)}\"?", Inflection.Capitalised(sentence), word),
            2 => kit.Plain($"Use the word \"{synset.Words[0]}\" in a sentence.", Inflection.Capitalised(sentence) + "."),
            3 => kit.About(Draw.Of("What is the last word?", "Copy the last word of the sentence."), sentence, words[^1]),
            4 => kit.About(Draw.Of("What is the first word?", "Copy the first word."), sentence, words[0]),
            5 => kit.About($"Which word comes after \"{words[Math.Min(index, words.Length - 2)]}\"?", sentence, words[Math.Min(index, words.Length - 2) + 1]),
            _ => kit.Plain(Draw.Of($"Repeat: {sentence}", $"Copy this sentence: {sentence}"), sentence),
        };
    }

    /// <summary>Noun, verb, adjective or adverb?</summary>
    public Document PartOfSpeech()
    {
        var synset = Draw.Pick(synsets);
        return kit.Plain(Draw.Of($"Is \"{synset.Words[0]}\" ({Short(synset.Definition)}) {Either(Parts)}?", $"Part of speech of {synset.Words[0]}, meaning {Short(synset.Definition)}?"), synset.PartOfSpeech);
    }

    private Document Choose(Synset synset, string word, string definition)
    {
        var options = Enumerable.Range(0, 3).Select(_ => Draw.Pick(synsets).Words[0]).Append(word).Distinct();
        return kit.About($"Which word fits the meaning: {definition}?", string.Join(", ", Draw.Shuffled(options)), word);
    }

    private string Entry(Synset synset)
    {
        var word = Draw.Pick(synset.Words);
        var definition = synset.Definition;
        var example = synset.Examples.Count > 0 && Draw.Chance(0.8) ? " " + Inflection.Capitalised(Draw.Pick(synset.Examples)) + "." : "";
        var noun = synset.PartOfSpeech == "noun";
        var same = synset.Words.Count > 1 && Draw.Chance(0.3) ? $" {Inflection.Capitalised(synset.Words[0])} means the same as {synset.Words[1]}." : "";
        var kind = noun && synset.Kinds.Count > 0 && Draw.Chance(0.4) ? $" {Inflection.Capitalised(word)} is a kind of {synset.Kinds[0]}." : "";
        return Draw.Between(0, 3) switch
        {
            0 => $"{word} ({synset.PartOfSpeech}): {definition}.{example}{same}",
            1 when noun => $"{Inflection.Capitalised(word)} is {definition}.{kind}{example}",
            1 => $"To say {word} means: {definition}.{example}",
            2 => $"The word \"{word}\" means {definition}.{example}{kind}",
            _ => $"{Inflection.Capitalised(word)}: {definition}.{kind}{example}{same}",
        };
    }

    private static string Either(IReadOnlyList<string> names) => string.Join(" or ", names);

    private static string Short(string definition) => definition.Split("; ")[0];
}
