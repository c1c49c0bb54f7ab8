namespace LoraMesh.BaseModel.Corpus.Scenes;

/// <summary>A kind of small situation: how to tell it, what to ask about it and how its facts may be called.</summary>
public sealed class Scene
{
    /// <summary>The name after "@" in scenes.txt.</summary>
    public required string Name { get; init; }

    /// <summary>Slots and the templates of their values, in the order in which they are drawn.</summary>
    public List<(string Slot, string Template)> Slots { get; } = [];

    /// <summary>Templates that tell the whole situation.</summary>
    public List<string> Tellings { get; } = [];

    /// <summary>Question templates per slot.</summary>
    public Dictionary<string, string[]> Questions { get; } = [];

    /// <summary>Names under which a slot may be asked for as a key.</summary>
    public Dictionary<string, string[]> Keys { get; } = [];
}
