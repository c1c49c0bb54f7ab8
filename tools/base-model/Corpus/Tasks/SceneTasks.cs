using LoraMesh.BaseModel.Corpus.Scenes;

namespace LoraMesh.BaseModel.Corpus.Tasks;

/// <summary>Questions, extraction and JSON about a told situation.</summary>
public sealed class SceneTasks(TaskKit kit, IReadOnlyList<Scene> scenes)
{
    private static readonly string[] Distractors = ["story_middle", "descr_more", "letter_body", "mail_body", "diary_line", "news_detail", "lesson"];

    private Draw Draw => kit.Draw;

    /// <summary>One to three questions about a text, each with its short answer.</summary>
    public Document Question()
    {
        var (situation, text) = Tell();
        var slots = Draw.Shuffled(Asked(situation)).Take(Draw.Between(1, 3)).ToArray();
        var answers = slots.Select(slot => (situation.Question(slot), Answer(situation.Fact(slot)))).ToArray();
        if (Draw.Chance(0.4))
        {
            return kit.About(answers[0].Item1, text, answers[0].Item2);
        }

        answers[0].Item1 = Draw.Of($"{text}\n\n{answers[0].Item1}", $"{answers[0].Item1}\n\n{text}", $"Read this: {text}\n{answers[0].Item1}");
        return Document.Chat(Draw.Chance(0.3) ? "Answer the question from the text." : null, answers);
    }

    /// <summary>A question about a text that may or may not hold the answer.</summary>
    public Document MaybeUnanswered()
    {
        var (situation, text) = Tell();
        var instruction = Draw.Of(
            "Answer from the text only. If the text does not say it, answer \"not stated\".",
            "Use only the text. If the answer is missing, say \"not stated\".",
            "Read the text and answer. Say \"not stated\" if you cannot know.");
        var own = Draw.Chance(0.5);
        var other = own ? situation : new Situation(Draw.Pick(scenes.Where(scene => scene != situation.Scene).ToArray()), kit.Grammar, Draw);
        var slot = Draw.Pick(Asked(other));
        return Document.Chat(instruction, ($"{text}\n\n{(own ? situation.Question(slot) : Neutral(slot, other))}", own ? Answer(situation.Fact(slot)) : "not stated"));
    }

    /// <summary>Is a statement about the text true?</summary>
    public Document YesNo()
    {
        var (situation, text) = Tell();
        var slot = Draw.Pick(situation.Told);
        var truth = Draw.Chance(0.5);
        var value = truth ? situation.Fact(slot) : situation.WrongFact(slot);
        var key = situation.Key(slot).Replace('_', ' ');
        var question = Draw.Of($"Is the {key} {value}?", $"Does the text name {value} as the {key}?", $"The {key} is {value}. Is that right?", $"True or false: the {key} is {value}.");
        var answer = question.StartsWith("True", StringComparison.Ordinal) ? (truth ? "true" : "false") : (truth ? "yes" : "no");
        return kit.About(question, text, answer);
    }

    /// <summary>Mentioned or not: does the text contain a word?</summary>
    public Document Mentions()
    {
        var (situation, text) = Tell();
        var slot = Draw.Pick(situation.Told);
        var truth = Draw.Chance(0.5);
        var value = truth ? situation.Fact(slot) : situation.WrongFact(slot);
        return kit.About(Draw.Of($"Is \"{value}\" mentioned in the text?", $"Does the text mention {value}?", $"Answer yes or no: does {value} appear in the text?"), text, truth ? "yes" : "no");
    }

    /// <summary>Pulls one named value out.</summary>
    public Document Extract()
    {
        var (situation, text) = Tell();
        var slot = Draw.Pick(situation.Told);
        var key = situation.Key(slot).Replace('_', ' ');
        var instruction = Draw.Of($"Extract the {key}.", $"Find the {key} in the text.", $"Write only the {key}.", $"Copy the {key} from the text.", $"Which {key} is named in the text?", $"Return the {key} and nothing else.", $"What is the {key}?");
        return kit.About(instruction, text, situation.Fact(slot));
    }

    /// <summary>Turns the facts into JSON with keys named in the instruction.</summary>
    public Document ToJson()
    {
        var (situation, text) = Tell();
        var slots = Draw.Shuffled(situation.Told).Take(Draw.Between(1, 4)).ToArray();
        var keys = Keys(situation, slots);
        var list = Draw.Of(string.Join(", ", keys), string.Join(", ", keys.Select(key => $"\"{key}\"")), keys.Length == 1 ? keys[0] : $"{string.Join(", ", keys[..^1])} and {keys[^1]}");
        var instruction = Draw.Of(
            $"Turn the text into JSON with the keys {list}.", $"Answer with a JSON object: {list}.", $"Extract {list} as JSON.",
            $"Write JSON with these keys: {list}.", $"Reply only with JSON. Keys: {list}.", $"Give me {list} as a JSON object.",
            $"Fill in {{{string.Join(", ", keys.Select(key => $"\"{key}\": \"...\""))}}} from the text.");
        return kit.About(instruction, text, JsonText.Line(keys.Zip(slots, (key, slot) => (key, situation.Fact(slot)))));
    }

    /// <summary>The same JSON task over two or three texts in turn.</summary>
    public Document JsonSeries()
    {
        var scene = Draw.Pick(scenes);
        var first = new Situation(scene, kit.Grammar, Draw);
        var slots = Draw.Shuffled(first.Told).Take(Draw.Between(2, 3)).ToArray();
        var keys = Keys(first, slots);
        var rows = Enumerable.Range(0, Draw.Between(2, 3))
            .Select(_ => new Situation(scene, kit.Grammar, Draw))
            .Where(situation => slots.All(situation.Told.Contains))
            .Prepend(first)
            .Select(situation => (situation.Text, JsonText.Line(keys.Zip(slots, (key, slot) => (key, situation.Fact(slot))))))
            .Take(3).ToArray();
        return Document.Chat($"For every message, answer with JSON: {string.Join(", ", keys)}.", rows);
    }

    /// <summary>Reads a value out of JSON, or a whole object back into a sentence.</summary>
    public Document FromJson()
    {
        var situation = new Situation(Draw.Pick(scenes), kit.Grammar, Draw);
        var slots = situation.Scene.Slots.Select(slot => slot.Slot).Where(situation.Scene.Keys.ContainsKey).ToArray();
        var used = Draw.Shuffled(slots).Take(Draw.Between(2, 5)).ToArray();
        var keys = Keys(situation, used);
        var json = JsonText.Line(keys.Zip(used, (key, slot) => (key, situation.Fact(slot))), Draw.Chance(0.3));
        var asked = Draw.Between(0, keys.Length - 1);
        var instruction = Draw.Of($"What is the value of \"{keys[asked]}\"?", $"Read the {keys[asked]} from the JSON.", $"Give me the {keys[asked]}.", $"{keys[asked]}?");
        return kit.About(instruction, json, situation.Fact(used[asked]));
    }

    /// <summary>Facts in a list become prose.</summary>
    public Document FactsToText()
    {
        var situation = new Situation(Draw.Pick(scenes), kit.Grammar, Draw);
        var facts = situation.Told.Where(situation.Scene.Keys.ContainsKey).Select(slot => (situation.Key(slot), situation.Fact(slot))).ToArray();
        var listing = Draw.Chance(0.5) ? JsonText.Line(facts) : string.Join('\n', facts.Select(fact => $"{fact.Item1}: {fact.Item2}"));
        return kit.About(Draw.Of("Write a short text from these facts.", "Turn these facts into one or two sentences.", "Write this as a message."), listing, situation.Text);
    }

    /// <summary>A telling as running text, sometimes inside other sentences.</summary>
    public Document AsProse() => Document.Prose(Tell().Text);

    private (Situation Situation, string Text) Tell()
    {
        var situation = new Situation(Draw.Pick(scenes), kit.Grammar, Draw);
        var variables = new Dictionary<string, string> { ["he"] = "he", ["him"] = "him", ["his"] = "his", ["g"] = "thing" };
        if (Draw.Chance(0.65))
        {
            return (situation, situation.Text);
        }

        var extra = kit.Prose(Draw.Pick(Distractors), variables);
        return (situation, Draw.Chance(0.5) ? $"{situation.Text} {extra}" : $"{extra} {situation.Text}");
    }

    private static string[] Asked(Situation situation) => [.. situation.Told.Where(situation.Scene.Questions.ContainsKey)];

    private static string[] Keys(Situation situation, IEnumerable<string> slots)
    {
        var keys = new List<string>();
        foreach (var slot in slots)
        {
            var key = situation.Key(slot);
            keys.Add(keys.Contains(key) ? $"{key}_{keys.Count + 1}" : key);
        }

        return [.. keys];
    }

    private string Neutral(string slot, Situation other) => $"What is the {other.Key(slot).Replace('_', ' ')} of the {Draw.Of("flight", "patient", "cake", "ship", "king", "exam", "dog")}?";

    private string Answer(string fact) => Draw.Chance(0.85) ? fact : Inflection.Capitalised(fact) + ".";
}
