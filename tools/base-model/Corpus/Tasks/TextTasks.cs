namespace LoraMesh.BaseModel.Corpus.Tasks;

/// <summary>Handling of text as text: copying, counting, ordering, changing case.</summary>
public sealed class TextTasks(TaskKit kit)
{
    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth"];
    private static readonly string[] Banks = ["goods", "food", "animal", "first_name", "city", "colour", "job", "plant", "vehicle", "country", "material", "sport"];

    private Draw Draw => kit.Draw;

    /// <summary>Repeats a quoted word, code, name or sentence.</summary>
    public Document Copy()
    {
        var value = Draw.Between(0, 7) switch
        {
            0 or 1 => kit.Raw("code"),
            2 => kit.Raw("full_name"),
            3 => kit.Raw("email"),
            4 => kit.Raw("phone_number"),
            5 => kit.Prose("letter_body"),
            6 => kit.Raw("address"),
            _ => $"{kit.Raw("colour")} {kit.Raw("goods")}",
        };
        return kit.Plain(Draw.Of($"Repeat: {value}", $"Say \"{value}\".", $"Write exactly this: {value}", $"Copy the following: {value}", $"Please repeat \"{value}\"", $"Echo {value}"), value);
    }

    /// <summary>Finds the code, number, mail or sum hidden in a sentence.</summary>
    public Document Find()
    {
        var (rule, name) = Draw.Pick<(string, string)>([("code", "code"), ("email", "e-mail address"), ("phone_number", "phone number"), ("price", "price"), ("full_name", "name"), ("city", "city"), ("weekday", "weekday"), ("full_date", "date"), ("clock", "time"), ("year", "year"), ("country", "country"), ("n3", "number"), ("company", "company"), ("colour", "colour"), ("first_name", "first name")]);
        var value = kit.Raw(rule);
        var frame = Draw.Of(
            "Please note {0} for later.", "The answer is {0}, said the clerk.", "We wrote {0} on the box.", "In the letter it says {0}.", "It was {0}, I think.",
            "After a long search we found {0} in the file.", "Do not forget {0}!", "{0} - that is all I know.", "On the door there was a sign: {0}.", "She told me {0} and left.");
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, frame, value);
        var filler = kit.Fill(Draw.Of("{note_item.cap} first.", "I liked the {goods}.", "My {relative} was {emotion}.", "The {animal} slept.", "It was {weather_adj}.", ""));
        text = Draw.Chance(0.5) ? $"{text} {filler}".Trim() : $"{filler} {text}".Trim();
        return kit.About(Draw.Of($"Extract the {name}.", $"Which {name} is in the text?", $"Find the {name}.", $"Write only the {name}.", $"What {name} is mentioned?", $"Return the {name}."), text, value);
    }

    /// <summary>The n-th, last or longest item of a list; also before and after.</summary>
    public Document Pick()
    {
        var words = Words(Draw.Between(3, 6));
        var listing = Draw.Chance(0.5) ? string.Join(", ", words) : string.Join(' ', words);
        var index = Draw.Between(0, Math.Min(words.Length, 5) - 1);
        return Draw.Between(0, 5) switch
        {
            0 or 1 => kit.About(Draw.Of($"What is the {Ordinals[index]} word?", $"Pick the {Ordinals[index]} word.", $"Give me word number {index + 1}."), listing, words[index]),
            2 => kit.About(Draw.Of("What is the last word?", "Copy the last word."), listing, words[^1]),
            3 => kit.About($"Which word comes after {words[Math.Min(index, words.Length - 2)]}?", listing, words[Math.Min(index, words.Length - 2) + 1]),
            4 => kit.About($"Which word comes before {words[Math.Max(index, 1)]}?", listing, words[Math.Max(index, 1) - 1]),
            _ => kit.About($"Is \"{words[index]}\" in the list?", listing, "yes"),
        };
    }

    /// <summary>Counting, case, first letters, spelling, reversing.</summary>
    public Document Change()
    {
        var words = Words(Draw.Between(2, 5));
        var listing = string.Join(' ', words);
        var word = words[0];
        return Draw.Between(0, 8) switch
        {
            0 => kit.About(Draw.Of("How many words are there?", "Count the words."), listing, $"{words.Length}"),
            1 => kit.About(Draw.Of("Write this in upper case.", "Turn it into capital letters."), listing, listing.ToUpperInvariant()),
            2 => kit.About(Draw.Of("Write this in lower case.", "Use small letters only."), listing.ToUpperInvariant(), listing),
            3 => kit.Plain($"What is the first letter of \"{word}\"?", word[..1]),
            4 => kit.Plain($"What is the last letter of \"{word}\"?", word[^1..]),
            5 => kit.Plain(Draw.Of($"Spell \"{word}\".", $"Spell the word {word}."), string.Join('-', word.ToCharArray())),
            6 => kit.Plain($"How many letters has \"{word}\"?", $"{word.Length}"),
            7 => kit.About("Write the words in the opposite order.", listing, string.Join(' ', words.Reverse())),
            _ => kit.About("Begin every word with a capital letter.", listing, Inflection.Apply(listing, "title")),
        };
    }

    /// <summary>Sorting words, joining with commas, making lists.</summary>
    public Document Arrange()
    {
        var words = Words(Draw.Between(2, 5));
        var mixed = string.Join(", ", words);
        return Draw.Between(0, 4) switch
        {
            0 => kit.About(Draw.Of("Sort the words by the alphabet.", "Put these in alphabetical order."), mixed, string.Join(", ", words.Order(StringComparer.OrdinalIgnoreCase))),
            1 => kit.About("Write the words as a list, one per line, with a dash.", mixed, string.Join('\n', words.Select(word => $"- {word}"))),
            2 => kit.About(Draw.Of("Write the words as a JSON list.", "Turn the words into a JSON array."), mixed, JsonText.List(words)),
            3 => kit.About($"Remove \"{words[0]}\" from the list.", mixed, string.Join(", ", words[1..])),
            _ => Replace(words, mixed),
        };
    }

    private Document Replace(string[] words, string mixed)
    {
        var replacement = kit.Raw("goods");
        return kit.About($"Replace \"{words[0]}\" by \"{replacement}\".", mixed, string.Join(", ", words[1..].Prepend(replacement)));
    }

    private string[] Words(int count) => [.. kit.Distinct(Draw.Pick(Banks), count).Select(word => word.Replace(' ', '-'))];
}
