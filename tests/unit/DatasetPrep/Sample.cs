using System.Text;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Cleaning.Toxicity;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.UnitTests.DatasetPrep;

/// <summary>Builds datasets of a few written lines with the tiny model.</summary>
internal sealed class Sample : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _builds;

    public ProjectConfig Config { get; set; } = new() { Prep = new PrepConfig { MinRows = 2, TestShare = 0.5 } };

    public string Template { get; set; } = TinyModel.Template;

    public int Threads { get; set; } = 2;

    public ToxicitySettings? Toxicity { get; set; }

    public int MaxPositions { get; set; } = 4096;

    /// <summary>Different good rows, numbered from <paramref name="from"/>.</summary>
    public static string Rows(int count, int from = 0) =>
        string.Concat(Enumerable.Range(from, count).Select(i => $$"""{"prompt":"question {{i}}","completion":"answer {{i}}"}""" + "\n"));

    public BuildOutcome Build(string content) => Build(("a.jsonl", content));

    public BuildOutcome Build(params (string Name, string Content)[] files)
    {
        var model = TinyModel.Write(_folder, MaxPositions);
        File.WriteAllText(Path.Combine(model, "chat_template.jinja"), Template);
        var inputs = files.Select(file => PrepInput.FromFile(file.Name, _folder.Write("in/" + file.Name, Encoding.UTF8.GetBytes(file.Content)))).ToList();
        return DatasetBuilder.Build(inputs, model, Config, _folder.File($"out-{++_builds}"), new BuildOptions { Threads = Threads, Toxicity = Toxicity });
    }

    public void Dispose() => _folder.Dispose();
}
