namespace LoraMesh.BaseModel.Corpus.Tasks;

/// <summary>What every family of tasks draws from, and the ways in which an instruction meets its text.</summary>
public sealed class TaskKit(Grammar grammar, Draw draw)
{
    private static readonly string[] PlainSystems =
    [
        "You are a helpful assistant.", "You are a helpful assistant. Answer briefly.", "Answer in as few words as possible.",
        "You are a careful assistant.", "Give short answers.", "Be brief and exact.", "You answer questions about texts.",
        "Answer with one word where you can.", "You help people with small tasks.", "Reply with the answer only.",
    ];

    /// <summary>The grammar.</summary>
    public Grammar Grammar => grammar;

    /// <summary>The random choices.</summary>
    public Draw Draw => draw;

    /// <summary>A rule expanded and polished as prose.</summary>
    public string Prose(string rule, IDictionary<string, string>? variables = null) => Polish.Prose(grammar.Expand(rule, draw, variables));

    /// <summary>A rule expanded as it is.</summary>
    public string Raw(string rule) => grammar.Expand(rule, draw);

    /// <summary>A template filled and polished as prose.</summary>
    public string Fill(string template, IDictionary<string, string>? variables = null) =>
        Polish.Prose(grammar.Fill(template, draw, variables ?? new Dictionary<string, string>()));

    /// <summary>Different expansions of a rule.</summary>
    public string[] Distinct(string rule, int count)
    {
        var found = new HashSet<string>();
        while (found.Count < count)
        {
            found.Add(Raw(rule));
        }

        return [.. found];
    }

    /// <summary>A chat without a text beside the question.</summary>
    public Document Plain(string question, string answer) =>
        Document.Chat(draw.Chance(0.3) ? draw.Pick(PlainSystems) : null, (question, answer));

    /// <summary>An instruction about a text: in the system message, before the text or after it.</summary>
    public Document About(string instruction, string text, string answer)
    {
        var head = instruction.TrimEnd('.', ':', '?');
        return draw.Between(0, 9) switch
        {
            <= 3 => Document.Chat(instruction, (text, answer)),
            4 => Document.Chat(null, ($"{instruction}\n\n{text}", answer)),
            5 => Document.Chat(null, ($"{instruction}\n{text}", answer)),
            6 => Document.Chat(null, ($"{head}: {text}", answer)),
            7 => Document.Chat(null, ($"{text}\n\n{instruction}", answer)),
            8 => Document.Chat(draw.Pick(PlainSystems), ($"{instruction}\n\n{text}", answer)),
            _ => Document.Chat(null, ($"{instruction}\n\nText: {text}\n{draw.Of("Answer:", "Result:", "")}".TrimEnd(), answer)),
        };
    }
}
