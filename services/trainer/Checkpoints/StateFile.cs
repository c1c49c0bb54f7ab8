using System.Globalization;
using System.Runtime.InteropServices;
using LoraMesh.Formats;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer.Checkpoints;

/// <summary>A training's state as safetensors: vectors of F32, everything else as free text of the header.</summary>
internal static class StateFile
{
    private const string RetreatPrefix = "retreat.";
    private const string BestParameters = "best.parameters";

    internal static void Write(Stream destination, TrainingState state)
    {
        List<SafetensorsWriter.Part> entries = [];
        Dictionary<string, string> notes = new()
        {
            ["step"] = Text(state.Step),
            ["split"] = Text(state.Split),
            ["rate_factor"] = state.RateFactor.ToString("R", CultureInfo.InvariantCulture),
        };
        Add(state, "");
        if (state.Retreat is { } retreat)
        {
            Add(retreat, RetreatPrefix);
            notes["retreat_step"] = Text(retreat.Step);
        }

        if (state.Best is { } best)
        {
            notes["best_step"] = Text(best.Step);
            notes["best_metric"] = best.Metric.ToString("R", CultureInfo.InvariantCulture);
            notes["evaluations_without_gain"] = Text(state.EvaluationsWithoutGain);
            if (best.Parameters is { } parameters)
            {
                entries.Add(Entry(BestParameters, parameters));
            }
        }

        if (state.DataSha256 is { } digest)
        {
            notes["data_sha256"] = digest;
        }

        if (state.WentBackFrom is { } from)
        {
            notes["went_back_from"] = Text(from);
        }

        SafetensorsWriter.WriteParts(destination, entries, notes);

        void Add(TrainingState part, string prefix)
        {
            entries.Add(Entry($"{prefix}parameters", part.Parameters));
            entries.Add(Entry($"{prefix}first_moment", part.FirstMoment));
            entries.Add(Entry($"{prefix}second_moment", part.SecondMoment));
        }
    }

    /// <exception cref="InvalidDataException">The file is no checkpoint.</exception>
    internal static TrainingState Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return Part("", Number("step") ?? throw new InvalidDataException($"{path}: the header has no step.")) with
        {
            Retreat = Number("retreat_step") is { } retreat ? Part(RetreatPrefix, retreat) : null,
            DataSha256 = file.Metadata.GetValueOrDefault("data_sha256"),
            RateFactor = double.Parse(file.Metadata.GetValueOrDefault("rate_factor", "1"), CultureInfo.InvariantCulture),
            WentBackFrom = Number("went_back_from"),
            Split = Number("split") ?? 1,
            Best = Number("best_step") is { } best ? new BestState(best, double.Parse(file.Metadata["best_metric"], CultureInfo.InvariantCulture), file.Find(BestParameters) is null ? null : Vector(BestParameters)) : null,
            EvaluationsWithoutGain = Number("evaluations_without_gain") ?? 0,
        };

        TrainingState Part(string prefix, int step) => new()
        {
            Step = step,
            Parameters = Vector($"{prefix}parameters"),
            FirstMoment = Vector($"{prefix}first_moment"),
            SecondMoment = Vector($"{prefix}second_moment"),
        };

        int? Number(string key) => file.Metadata.TryGetValue(key, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;

        float[] Vector(string name) => MemoryMarshal.Cast<byte, float>(file.Bytes(file.Require(name, "F32", dimensions: 1))).ToArray();
    }

    private static SafetensorsWriter.Part Entry(string name, float[] values) =>
        new(name, "F32", [values.Length], stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
