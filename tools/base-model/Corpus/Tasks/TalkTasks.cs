namespace LoraMesh.BaseModel.Corpus.Tasks;

/// <summary>Small talk, polite rewriting, summaries and short writing.</summary>
public sealed class TalkTasks(TaskKit kit)
{
    private Draw Draw => kit.Draw;

    /// <summary>One to three exchanges of small talk.</summary>
    public Document SmallTalk()
    {
        var exchanges = Enumerable.Range(0, Draw.Between(1, 3)).Select(_ => Pair("greeting_pair")).ToArray();
        return Document.Chat(Draw.Chance(0.25) ? Draw.Of("You are a friendly assistant.", "You are a helpful assistant.", "Be kind and brief.") : null, exchanges);
    }

    /// <summary>A rude sentence made polite.</summary>
    public Document Politely()
    {
        var (rude, polite) = Pair("rude_request");
        return kit.About(Draw.Of("Write this politely.", "Make this more polite.", "Rewrite it in a friendly way."), rude + ".", polite);
    }

    /// <summary>Polite or rude?</summary>
    public Document Tone()
    {
        var (rude, polite) = Pair("rude_request");
        var isPolite = Draw.Chance(0.5);
        return kit.About(Draw.Of("Is this polite or rude?", "Tone: polite or rude?"), isPolite ? polite : rude + "!", isPolite ? "polite" : "rude");
    }

    /// <summary>Is the writer in a hurry?</summary>
    public Document Hurry()
    {
        var hurried = Draw.Chance(0.5);
        var line = kit.Prose(hurried ? "urgent_line" : "calm_line");
        var text = kit.Prose("mail_body");
        return kit.About(Draw.Of("Is the writer in a hurry?", "Does it have to be done quickly? yes or no"), Draw.Of($"{text} {line}.", $"{line}. {text}"), hurried ? "yes" : "no");
    }

    /// <summary>The meaning of an everyday business word.</summary>
    public Document OfficeWord()
    {
        var (word, meaning) = Pair("office_meaning");
        return Draw.Between(0, 2) switch
        {
            0 => kit.Plain(Draw.Of($"What is {char.ToLowerInvariant(word[0])}{word[1..]}?", $"Explain: {word}"), meaning + "."),
            1 => kit.Plain($"What is the word for this: {char.ToLowerInvariant(meaning[0])}{meaning[1..]}?", word),
            _ => Document.Prose($"{word} is {char.ToLowerInvariant(meaning[0])}{meaning[1..]}. {kit.Prose("office_line")}"),
        };
    }

    /// <summary>A few words that say the same as a long sentence.</summary>
    public Document Summary()
    {
        var (text, gist) = Pair("request_long");
        return kit.About(Draw.Of("Summarise this in a few words.", "Say it shortly.", "Write a headline for this.", "Shorten the text."), text, gist);
    }

    /// <summary>A note, letter, story or description on request.</summary>
    public Document Compose()
    {
        var (rule, asks) = Draw.Pick<(string, string[])>([
            ("story", ["Tell me a short story.", "Write a little story."]), ("letter", ["Write a short letter.", "Write a letter to a friend."]),
            ("description", ["Describe a place, a person or a thing.", "Write a short description."]), ("note", ["Write a short note.", "Give me an example of a note."]),
            ("instruction", ["Give me some instructions.", "Explain how to do something."]), ("news", ["Write a short piece of news.", "What could be in the newspaper?"]),
            ("diary", ["Write a diary entry.", "What would you write in a diary?"])]);
        return kit.Plain(Draw.Pick(asks), kit.Prose(rule));
    }

    /// <summary>What kind of text is it?</summary>
    public Document TextKind()
    {
        var (rule, name) = Draw.Pick<(string, string)>([("story", "story"), ("letter", "letter"), ("note", "note"), ("review", "review"), ("news", "news"), ("instruction", "instructions"), ("diary", "diary"), ("dialogue", "dialogue"), ("email_text", "e-mail")]);
        return kit.About(Draw.Of("What kind of text is this?", "Is this a story, letter, note, review, news, instructions, diary, dialogue or e-mail?"), kit.Prose(rule), name);
    }

    private (string Question, string Answer) Pair(string rule)
    {
        var variables = new Dictionary<string, string>();
        var template = Draw.Pick(kit.Grammar.Alternatives(rule));
        var cut = Split(template);
        var question = Polish.Prose(kit.Grammar.Fill(template[..cut], Draw, variables));
        return (question, Polish.Prose(kit.Grammar.Fill(template[(cut + 1)..], Draw, variables)));
    }

    private static int Split(string template) => GrammarFiles.SplitTopLevel(template, '|')[0].Length;
}
