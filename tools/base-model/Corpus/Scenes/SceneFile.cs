namespace LoraMesh.BaseModel.Corpus.Scenes;

/// <summary>Reads the embedded scenes and labelled sentences.</summary>
public static class SceneFile
{
    /// <summary>The scenes of scenes.txt; each has slots, tellings, questions and keys.</summary>
    public static IReadOnlyList<Scene> LoadScenes()
    {
        var scenes = new List<Scene>();
        foreach (var line in GrammarFiles.Lines("scenes/scenes.txt"))
        {
            if (line[0] == '@')
            {
                scenes.Add(new Scene { Name = line[2..].Trim() });
                continue;
            }

            Add(scenes[^1], line[0], line[2..].Trim());
        }

        return scenes;
    }

    /// <summary>The label sets of topics.txt: set name → labels.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<LabelledSentences>> LoadLabels()
    {
        var sets = new Dictionary<string, IReadOnlyList<LabelledSentences>>();
        var current = new List<LabelledSentences>();
        foreach (var line in GrammarFiles.Lines("scenes/topics.txt"))
        {
            if (line[0] == '@')
            {
                current = [];
                sets.Add(line[2..].Trim(), current);
            }
            else if (line[0] == '*')
            {
                current.Add(new LabelledSentences(line[2..].Split('|', StringSplitOptions.TrimEntries), []));
            }
            else
            {
                current[^1].Templates.Add(line.Trim());
            }
        }

        return sets;
    }

    private static void Add(Scene scene, char kind, string content)
    {
        var separator = kind == '$' ? content.IndexOf('=', StringComparison.Ordinal) : content.IndexOf(kind == '?' ? '|' : ' ', StringComparison.Ordinal);
        var (slot, rest) = separator < 0 ? (content, "") : (content[..separator].Trim(), content[(separator + 1)..].Trim());
        switch (kind)
        {
            case '$':
                scene.Slots.Add((slot, rest));
                break;
            case '>':
                scene.Tellings.Add(content);
                break;
            case '?':
                scene.Questions[slot] = rest.Split('|', StringSplitOptions.TrimEntries);
                break;
            case 'k':
                scene.Keys[slot] = rest.TrimStart('|', ' ').Split(',', StringSplitOptions.TrimEntries);
                break;
            default:
                throw new InvalidDataException($"scenes.txt: '{kind} {content}' begins with none of @ $ > ? k.");
        }
    }
}
