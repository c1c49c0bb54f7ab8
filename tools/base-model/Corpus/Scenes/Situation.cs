namespace LoraMesh.BaseModel.Corpus.Scenes;

/// <summary>A scene with its facts drawn, told as a text.</summary>
public sealed class Situation
{
    private readonly Grammar _grammar;
    private readonly Draw _draw;
    private readonly Dictionary<string, string> _facts = [];

    /// <summary>Draws the facts of <paramref name="scene"/> and one way to tell them.</summary>
    public Situation(Scene scene, Grammar grammar, Draw draw)
    {
        (Scene, _grammar, _draw) = (scene, grammar, draw);
        foreach (var (slot, template) in scene.Slots)
        {
            _facts[slot] = grammar.Fill(template, draw, _facts);
        }

        Telling = draw.Pick(scene.Tellings);
        Text = Polish.Prose(grammar.Fill(Telling, draw, _facts));
        Told = [.. scene.Slots.Select(slot => slot.Slot).Where(slot => Telling.Contains($"{{{slot}}}", StringComparison.Ordinal) || Telling.Contains($"{{{slot}.", StringComparison.Ordinal))];
    }

    /// <summary>The kind of situation.</summary>
    public Scene Scene { get; }

    /// <summary>The template behind <see cref="Text"/>.</summary>
    public string Telling { get; }

    /// <summary>The situation as a short text.</summary>
    public string Text { get; }

    /// <summary>The slots whose values the text contains.</summary>
    public IReadOnlyList<string> Told { get; }

    /// <summary>The value of a slot.</summary>
    public string Fact(string slot) => _facts[slot];

    /// <summary>A question about a slot.</summary>
    public string Question(string slot) => Polish.Prose(_grammar.Fill(_draw.Pick(Scene.Questions[slot]), _draw, _facts));

    /// <summary>One of the names of a slot as a key.</summary>
    public string Key(string slot) => _draw.Pick(Scene.Keys[slot]);

    /// <summary>Another value that the slot could have had but does not.</summary>
    public string WrongFact(string slot)
    {
        var template = Scene.Slots.First(pair => pair.Slot == slot).Template;
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var other = _grammar.Fill(template, _draw, new Dictionary<string, string>(_facts));
            if (!Text.Contains(other, StringComparison.OrdinalIgnoreCase))
            {
                return other;
            }
        }

        return "nothing of the kind";
    }
}
