using LoraMesh.BaseModel.Corpus.Scenes;
using LoraMesh.BaseModel.Corpus.Tasks;
using LoraMesh.BaseModel.Corpus.WordNet;

namespace LoraMesh.BaseModel.Corpus;

/// <summary>The kinds of documents and how much of the corpus each makes up, by count of documents.</summary>
public sealed class CorpusMix
{
    private readonly List<(double Upto, Func<Document> Make)> _kinds = [];
    private readonly Draw _draw;
    private double _total;

    /// <summary>Sets up every kind; dictionary kinds only when <paramref name="synsets"/> is not empty.</summary>
    public CorpusMix(Grammar grammar, Draw draw, IReadOnlyList<Synset> synsets)
    {
        _draw = draw;
        var kit = new TaskKit(grammar, draw);
        AddProse(kit);
        AddScenes(new SceneTasks(kit, SceneFile.LoadScenes()));
        AddLabels(new LabelTasks(kit, SceneFile.LoadLabels()));
        AddWords(new WordTasks(kit, Concept.Load()), new TextTasks(kit), new NumberTasks(kit), new TalkTasks(kit));
        if (synsets.Count > 0)
        {
            AddDictionary(new DictionaryTasks(kit, synsets));
        }
    }

    /// <summary>One document of a kind drawn by weight.</summary>
    public Document Next()
    {
        var at = _draw.Unit() * _total;
        return _kinds.First(kind => at < kind.Upto).Make();
    }

    private void AddProse(TaskKit kit)
    {
        foreach (var (weight, rule) in new[] { (7.0, "story"), (4, "description"), (3, "instruction"), (3, "letter"), (3, "email_text"), (2, "review"), (3, "news"), (2, "note"), (2, "diary"), (1.5, "dialogue"), (5, "office_text") })
        {
            Add(weight, () => Document.Prose(kit.Prose(rule)));
        }
    }

    private void AddScenes(SceneTasks tasks)
    {
        Add(4, tasks.Question);
        Add(1.5, tasks.MaybeUnanswered);
        Add(2, tasks.YesNo);
        Add(1, tasks.Mentions);
        Add(4, tasks.Extract);
        Add(5, tasks.ToJson);
        Add(2, tasks.JsonSeries);
        Add(2, tasks.FromJson);
        Add(1, tasks.FactsToText);
        Add(3, tasks.AsProse);
    }

    private void AddLabels(LabelTasks tasks)
    {
        Add(4.5, tasks.FromList);
        Add(2.5, tasks.Open);
        Add(2.5, tasks.ByRule);
        Add(2.5, tasks.Sentiment);
        Add(3, tasks.JsonLabels);
        Add(1, tasks.WhichSentence);
        Add(1, tasks.Write);
        Add(2.5, tasks.AsProse);
    }

    private void AddWords(WordTasks words, TextTasks texts, NumberTasks numbers, TalkTasks talk)
    {
        Add(2, words.Kind);
        Add(1, words.IsKind);
        Add(1, words.OddOneOut);
        Add(1, words.Members);
        Add(2, words.Relation);
        Add(1, words.Form);
        Add(0.7, words.Cause);
        Add(1.5, words.ConceptChat);
        Add(1.5, words.ConceptProse);
        Add(2, texts.Copy);
        Add(2.5, texts.Find);
        Add(2, texts.Pick);
        Add(1.2, texts.Change);
        Add(1.2, texts.Arrange);
        Add(0.8, numbers.Sum);
        Add(0.8, numbers.Compare);
        Add(1, numbers.Convert);
        Add(1, numbers.Amounts);
        Add(2.5, talk.SmallTalk);
        Add(0.7, talk.Politely);
        Add(0.5, talk.Tone);
        Add(0.4, talk.Hurry);
        Add(0.8, talk.OfficeWord);
        Add(0.7, talk.Summary);
        Add(1, talk.Compose);
        Add(1, talk.TextKind);
    }

    private void AddDictionary(DictionaryTasks tasks)
    {
        Add(15, tasks.Prose);
        Add(7, tasks.Meaning);
        Add(2.5, tasks.Kind);
        Add(2, tasks.Related);
        Add(5, tasks.Sentence);
        Add(0.8, tasks.PartOfSpeech);
    }

    private void Add(double weight, Func<Document> make)
    {
        _total += weight;
        _kinds.Add((_total, make));
    }
}
