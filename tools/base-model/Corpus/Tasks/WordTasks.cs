namespace LoraMesh.BaseModel.Corpus.Tasks;

/// <summary>What words mean: kinds, opposites, parts, uses, forms.</summary>
public sealed class WordTasks(TaskKit kit, IReadOnlyList<Concept> concepts)
{
    private static readonly string[] Groups =
    [
        "mammal", "bird", "fish", "insect", "reptile", "fruit", "vegetable", "drink", "dish", "dessert", "spice", "tool", "furniture", "clothing", "vehicle",
        "instrument", "device", "appliance", "container", "toy", "material", "tree", "plant", "sport", "colour", "shape", "job", "relative", "emotion", "body_part",
        "country", "city", "language", "subject", "illness", "crime", "weekday", "month", "season", "room", "software", "machine_part", "stationery", "planet", "hobby", "female_name", "male_name",
    ];

    private Draw Draw => kit.Draw;

    /// <summary>The kind of a word from the banks.</summary>
    public Document Kind()
    {
        var group = Draw.Pick(Groups);
        var word = kit.Raw(group);
        var kind = Name(group);
        if (Draw.Chance(0.5))
        {
            var others = Draw.Shuffled(Groups.Where(other => other != group && !Overlap(other, word))).Take(Draw.Between(1, 4)).Append(group);
            var listing = string.Join(", ", Draw.Shuffled(others).Select(Name));
            return kit.Plain(Draw.Of($"What is {Quoted(word)}: {listing}?", $"Choose the right kind for {Quoted(word)}: {listing}.", $"Word: {word}\nKinds: {listing}"), kind);
        }

        return kit.Plain(Draw.Of($"What kind of thing is {Quoted(word)}?", $"Which group does {Quoted(word)} belong to?", $"{Inflection.Capitalised(word)} is a kind of what?", $"In one word: what is {word}?"), kind);
    }

    /// <summary>Is X a Y?</summary>
    public Document IsKind()
    {
        var group = Draw.Pick(Groups);
        var truth = Draw.Chance(0.5);
        var source = truth ? group : Draw.Pick(Groups);
        var word = kit.Raw(source);
        truth = Overlap(group, word);
        return kit.Plain(Draw.Of($"Is {Quoted(word)} a {Name(group)}?", $"Yes or no: {word} is a kind of {Name(group)}.", $"Does {Quoted(word)} belong to the group {Name(group)}?").Replace(" a a", " an a", StringComparison.Ordinal), truth ? "yes" : "no");
    }

    /// <summary>The one that does not belong.</summary>
    public Document OddOneOut()
    {
        var group = Draw.Pick(Groups);
        var words = kit.Distinct(group, 3);
        var odd = kit.Raw(Draw.Pick(Groups));
        if (Overlap(group, odd))
        {
            return Members();
        }

        var listing = string.Join(", ", Draw.Shuffled(words.Append(odd)));
        return kit.Plain(Draw.Of($"Which word does not fit: {listing}?", $"Find the odd one out: {listing}", $"One of these does not belong: {listing}. Which one?"), odd);
    }

    /// <summary>Names or picks members of a group.</summary>
    public Document Members()
    {
        var group = Draw.Pick(Groups);
        var count = Draw.Between(1, 4);
        var words = kit.Distinct(group, count);
        if (Draw.Chance(0.4))
        {
            return kit.Plain(Draw.Of($"Name {count} {Plural(group, count)}.", $"Give me {count} {Plural(group, count)}, separated by commas.", $"List {count} {Plural(group, count)}."), string.Join(", ", words));
        }

        var others = Enumerable.Range(0, 3).Select(_ => kit.Raw(Draw.Pick(Groups))).Where(word => !Overlap(group, word)).Distinct();
        var mixed = Draw.Shuffled(words.Concat(others));
        var chosen = mixed.Where(words.Contains);
        return kit.About(Draw.Of($"Which of these words are {Plural(group, 2)}?", $"Pick every {Name(group)} from the list.", $"Copy only the {Plural(group, 2)}."), string.Join(", ", mixed), string.Join(", ", chosen));
    }

    /// <summary>Opposites, words of the same meaning, parts, young animals, sounds, workplaces, capitals, units.</summary>
    public Document Relation()
    {
        var (bank, asks, back) = Draw.Pick(Relations);
        var pair = kit.Raw(bank).Split('/');
        var backwards = back.Length > 0 && Draw.Chance(0.4);
        var question = Draw.Pick(backwards ? back : asks).Replace("@", pair[backwards ? 1 : 0], StringComparison.Ordinal);
        return kit.Plain(Polish.Prose(question), pair[backwards ? 0 : 1]);
    }

    /// <summary>Grammatical forms of one word, quoted in the question.</summary>
    public Document Form()
    {
        var noun = kit.Raw(Draw.Pick(Groups[..20]));
        var verb = kit.Raw(Draw.Of("verb_move", "verb_make", "verb_get", "verb_lose", "verb_say", "verb_feel", "verb_work"));
        return Draw.Between(0, 4) switch
        {
            0 => kit.Plain(Draw.Of($"What is the plural of {Quoted(noun)}?", $"Plural: {noun}", $"One {noun}, two ...?"), Inflection.Plural(noun)),
            1 => kit.Plain(Draw.Of($"What is the past tense of {Quoted(verb)}?", $"Past tense: {verb}", $"Today they {verb}. Yesterday they ...?"), Inflection.Apply(verb, "ed")),
            2 => kit.Plain(Draw.Of($"Write the -ing form of {Quoted(verb)}.", $"{verb} -> -ing form"), Inflection.Apply(verb, "ing")),
            3 => kit.Plain(Draw.Of($"{Quoted(Inflection.Plural(noun))} is the plural of which word?", $"Singular of {Inflection.Plural(noun)}?"), noun),
            _ => kit.Plain(Draw.Of($"\"a\" or \"an\": ___ {noun}", $"Put a or an before {Quoted(noun)}."), Polish.WithArticle(noun)),
        };
    }

    /// <summary>A cause or its effect.</summary>
    public Document Cause()
    {
        var pair = kit.Raw("causes").Split('/');
        return Draw.Between(0, 2) switch
        {
            0 => kit.Plain($"{Inflection.Capitalised(pair[0])}. What happened then?", Inflection.Capitalised(pair[1]) + "."),
            1 => kit.Plain(Polish.Prose($"why is it that {pair[1]}?"), $"Because {pair[0]}."),
            _ => Document.Prose(Polish.Prose(Draw.Of($"because {pair[0]}, {pair[1]}.", $"{pair[0]}. therefore {pair[1]}.", $"{pair[0]}, so {pair[1]}."))),
        };
    }

    /// <summary>A chat about one concept.</summary>
    public Document ConceptChat()
    {
        var concept = Draw.Pick(concepts);
        var word = Polish.WithArticle(concept.Word);
        return Draw.Between(0, 6) switch
        {
            0 => kit.Plain(Draw.Of($"What is {word}?", $"Explain the word {Quoted(concept.Word)}."), concept.Definition()),
            1 => kit.Plain(Draw.Of($"What is {word} for?", $"What does one connect with {word}?"), Inflection.Capitalised(concept.Use) + "."),
            2 => kit.Plain(Draw.Of($"Where do you find {word}?", $"Where is {word} usually found?"), Inflection.Capitalised(concept.Place) + "."),
            3 => kit.Plain($"Which {concept.Kind} is known for {concept.Use}?", concept.Word),
            4 => kit.Plain($"Guess the word: it is {Polish.WithArticle(concept.Kind)}, {concept.Property}, found {concept.Place}, for {concept.Use}.", concept.Word),
            5 => kit.Plain($"What kind of thing is {word}?", concept.Kind),
            _ => kit.Plain($"Describe {word} in one word.", concept.Property),
        };
    }

    /// <summary>A concept in running text.</summary>
    public Document ConceptProse() => Document.Prose(string.Join(' ', Draw.Shuffled(concepts).Take(Draw.Between(1, 3)).Select(concept => concept.Describe(Draw))));

    private static readonly (string Bank, string[] Asks, string[] Back)[] Relations =
    [
        ("opposites", ["What is the opposite of \"@\"?", "Opposite: @", "Name the opposite of @.", "The opposite of @ is ...?"], ["What is the opposite of \"@\"?", "Opposite of @?"]),
        ("synonyms", ["Give another word for \"@\".", "What means the same as @?", "Synonym of @?"], ["Give another word for \"@\".", "A simpler word for @?"]),
        ("parts", ["a @ is part of what?", "what has a @?", "where does a @ belong?"], ["name a part of a @.", "what is a part of a @?"]),
        ("young", ["what is a young @ called?", "what is the name of the young of a @?"], ["which animal has a young called @?", "a @ is the young of which animal?"]),
        ("sounds", ["what does a @ do? (sound)", "which sound belongs to a @?"], ["who or what @?"]),
        ("workplaces", ["where does a @ work?", "what is the place of work of a @?"], ["who works in a @?"]),
        ("capitals", ["What is the capital of @?", "Capital of @?", "Name the capital city of @."], ["Which country has the capital @?", "@ is the capital of which country?"]),
        ("units", ["How many @ are there?", "Number of @?"], []),
    ];

    private bool Overlap(string group, string word) => kit.Grammar.Alternatives(group).Contains(word);

    private static string Name(string group) => group.Replace('_', ' ') switch { "relative" => "family member", "subject" => "school subject", "dish" => "meal", "stationery" => "office item", "female name" => "woman's name", "male name" => "man's name", var name => name };

    private static string Plural(string group, int count) => count == 1 ? Name(group) : Name(group) switch
    {
        "furniture" => "pieces of furniture", "clothing" => "pieces of clothing", "software" => "kinds of software", "fish" => "fish", var name => Inflection.Plural(name),
    };

    private string Quoted(string word) => Draw.Chance(0.5) ? $"\"{word}\"" : word;
}
