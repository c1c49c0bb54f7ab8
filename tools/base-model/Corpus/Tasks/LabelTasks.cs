using LoraMesh.BaseModel.Corpus.Scenes;

namespace LoraMesh.BaseModel.Corpus.Tasks;

/// <summary>Choosing a label for a text: labels listed, labels known by habit, labels renamed by a rule.</summary>
public sealed class LabelTasks(TaskKit kit, IReadOnlyDictionary<string, IReadOnlyList<LabelledSentences>> sets)
{
    private static readonly string[] Sentiments = ["positive", "negative", "neutral"];

    private Draw Draw => kit.Draw;

    /// <summary>A label out of a list in the prompt.</summary>
    public Document FromList()
    {
        var (name, labels) = DrawSet();
        var chosen = Draw.Shuffled(labels).Take(Draw.Between(2, 7)).ToArray();
        var target = Draw.Pick(chosen);
        var names = chosen.Select(label => Draw.Pick(label.Names)).ToArray();
        var listing = Draw.Of(string.Join(", ", names), $"{string.Join(", ", names[..^1])} or {names[^1]}", string.Join(" / ", names), "\n- " + string.Join("\n- ", names));
        var instruction = Draw.Of(
            $"Which {name} is it? Choose from: {listing}", $"Classify the text as {listing}.", $"Sort the message into one of these: {listing}",
            $"Pick the {name} of the text: {listing}.", $"Answer with exactly one label. Labels: {listing}", $"What is the {name} of this text? Options: {listing}");
        return kit.About(instruction, Sentence(target), names[Array.IndexOf(chosen, target)]);
    }

    /// <summary>A label without a list: the model has to know the set.</summary>
    public Document Open()
    {
        var (name, labels) = DrawSet();
        var target = Draw.Pick(labels);
        var instruction = Draw.Of($"What is the {name} of this text? Answer with one word.", $"Name the {name}.", $"Give the {name} in one word.", $"{Inflection.Capitalised(name)}?");
        return kit.About(instruction, Sentence(target), target.Label);
    }

    /// <summary>Topic sentences mapped to invented or lettered labels by a rule in the system message.</summary>
    public Document ByRule()
    {
        var (_, labels) = DrawSet();
        var chosen = Draw.Shuffled(labels).Take(Draw.Between(2, 4)).ToArray();
        var answers = RuleAnswers(chosen.Length);
        var style = Draw.Between(0, 2);
        var rules = chosen.Zip(answers, (label, answer) => style switch
        {
            0 => $"If it is about {Draw.Pick(label.Names)}, answer {answer}.",
            1 => $"{Draw.Pick(label.Names)} -> {answer}",
            _ => $"Say {answer} for {Draw.Pick(label.Names)}.",
        });
        var system = Draw.Of("Read the message. ", "Follow the rules.\n", "") + string.Join(style == 1 ? "\n" : " ", rules);
        var rows = Draw.Shuffled(Enumerable.Range(0, chosen.Length)).Take(Draw.Between(1, 3))
            .Select(index => (Sentence(chosen[index]), answers[index])).ToArray();
        return Document.Chat(system, rows);
    }

    /// <summary>Positive, negative or neutral.</summary>
    public Document Sentiment()
    {
        var (sentence, label) = Opinion();
        return Draw.Between(0, 3) switch
        {
            0 => kit.About("Is the text positive, negative or neutral?", sentence, label),
            1 => kit.About(Draw.Of("What is the sentiment?", "Classify the sentiment of the review.", "Sentiment: positive, negative or neutral?"), sentence, label),
            2 => kit.About("Was the writer content? Answer yes, no or unclear.", sentence, label switch { "positive" => "yes", "negative" => "no", _ => "unclear" }),
            _ => kit.About("Answer with + for a good opinion, - for a bad one and 0 for none.", sentence, label switch { "positive" => "+", "negative" => "-", _ => "0" }),
        };
    }

    /// <summary>Two or three judgements of one text as JSON: topic and sentiment, sentence and number, and so on.</summary>
    public Document JsonLabels()
    {
        var (sentence, sentiment) = Opinion();
        var (name, labels) = DrawSet();
        var target = Draw.Pick(labels);
        var topicText = Sentence(target);
        var person = kit.Raw("full_name");
        var city = kit.Raw("city");
        var key = name.Split(' ')[0];
        return Draw.Between(0, 3) switch
        {
            0 => kit.About($"Answer with JSON: {key}, sentiment.", $"{topicText} {sentence}", JsonText.Line([(key, target.Label), ("sentiment", sentiment)])),
            1 => kit.About($"Give {key} and name as JSON.", Draw.Of($"{topicText} {person}", $"{person}: {topicText}", $"{topicText} Regards, {person}"), JsonText.Line([(key, target.Label), ("name", person)])),
            2 => kit.About($"Reply with JSON with the keys sentiment, city and {key}.", $"{Draw.Of($"Greetings from {city}.", $"I live in {city}.", $"{city} here.")} {topicText} {sentence}", JsonText.Line([("sentiment", sentiment), ("city", city), (key, target.Label)])),
            _ => kit.About("Answer with JSON: question (yes or no), sentiment.", sentence, JsonText.Line([("question", sentence.Contains('?', StringComparison.Ordinal) ? "yes" : "no"), ("sentiment", sentiment)])),
        };
    }

    /// <summary>Which of several sentences fits a label?</summary>
    public Document WhichSentence()
    {
        var (_, labels) = DrawSet();
        var chosen = Draw.Shuffled(labels).Take(Draw.Between(2, 4)).ToArray();
        var target = Draw.Between(0, chosen.Length - 1);
        var lines = chosen.Select((label, index) => $"{index + 1}. {Sentence(label)}").ToArray();
        return kit.About($"Which sentence is about {chosen[target].Label}? Answer with its number.", string.Join('\n', lines), $"{target + 1}");
    }

    /// <summary>Writes a sentence for a label.</summary>
    public Document Write()
    {
        var (name, labels) = DrawSet();
        var target = Draw.Pick(labels);
        return kit.Plain(Draw.Of($"Write a sentence about {target.Label}.", $"Give me an example of the {name} \"{target.Label}\".", $"One sentence, please: {target.Label}."), Sentence(target));
    }

    /// <summary>Labelled sentences as prose, several of one label.</summary>
    public Document AsProse()
    {
        var (name, labels) = DrawSet();
        var target = Draw.Pick(labels);
        var sentences = Enumerable.Range(0, Draw.Between(2, 4)).Select(_ => Sentence(target)).Distinct();
        var head = Draw.Chance(0.4) ? $"{Inflection.Capitalised(target.Label)}. " : "";
        return Document.Prose(head + string.Join(' ', sentences) + (Draw.Chance(0.3) ? $" The {name} of this text is {target.Label}." : ""));
    }

    private (string Name, IReadOnlyList<LabelledSentences> Labels) DrawSet()
    {
        var name = Draw.Chance(0.5) ? "topic" : Draw.Pick(sets.Keys.ToArray());
        return (name, sets[name]);
    }

    private string Sentence(LabelledSentences label)
    {
        var sentence = kit.Fill(Draw.Pick(label.Templates));
        return sentence.EndsWith('!') || sentence.EndsWith('?') ? sentence : sentence + (Draw.Chance(0.9) ? "." : "");
    }

    private (string Sentence, string Label) Opinion()
    {
        var label = Draw.Pick(Sentiments);
        return (kit.Prose($"ask_{label}") + ".", label);
    }

    private string[] RuleAnswers(int count) => Draw.Between(0, 3) switch
    {
        0 => ["A", "B", "C", "D"],
        1 => kit.Distinct("colour", count),
        2 => kit.Distinct("first_name", count),
        _ => kit.Distinct("d1", count),
    };
}
