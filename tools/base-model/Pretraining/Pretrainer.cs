using System.Diagnostics;
using System.Globalization;
using LoraMesh.Model;

namespace LoraMesh.BaseModel.Pretraining;

/// <summary>Trains every weight of a small decoder from random ones, whole documents packed side by side.</summary>
internal sealed class Pretrainer(TrainableBase model, PretrainingRecipe recipe, IProgress<string> progress)
{
    /// <summary>Name of the loss curve's file.</summary>
    internal const string CurveFile = "training-curve.csv";

    // Documents never trained on, for the held-out loss of the curve.
    private const int HeldOut = 400;
    private const int ReportEvery = 50;

    /// <summary>Trains for the recipe's tokens; writes weights and the loss curve into the folder as it goes.</summary>
    internal void Run(List<int[]> documents, string folder)
    {
        using var optimizer = new AdamW(model.Parameters, model.Gradients, 0.9, 0.97, 1e-8, recipe.WeightDecay);
        var heldOut = documents[^HeldOut..];
        var batches = new PackedDocuments(documents[..^HeldOut], recipe.TokensPerStep, recipe.Seed);
        var steps = (int)(recipe.Tokens / recipe.TokensPerStep);
        var schedule = new LearningRateSchedule("linear", recipe.LearningRate, recipe.WarmupSteps, steps);
        using var curve = new StreamWriter(Path.Combine(folder, CurveFile)) { AutoFlush = true };
        curve.WriteLine("step,tokens,loss,held_out_loss,learning_rate");
        var watch = Stopwatch.StartNew();
        long seen = 0;
        double recent = 0;
        for (var step = 0; step < steps; step++)
        {
            var (batch, labels) = batches.Next();
            model.SetPrecision(MatmulPrecision.BFloat16);
            model.ZeroGradients();
            recent += SftObjective.AddGradients(model.Model, null, batch, labels, SftObjective.SupervisedTokens(batch, labels));
            SftObjective.ClipGradients(model.Gradients, 1);
            optimizer.Step(schedule.At(step));
            seen += batch.Tokens;
            if ((step + 1) % ReportEvery == 0 || step + 1 == steps)
            {
                var held = (step + 1) % (ReportEvery * 5) == 0 || step + 1 == steps ? HeldOutLoss(heldOut) : (double?)null;
                var count = (step % ReportEvery) + 1;
                curve.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step + 1},{seen},{recent / count:F4},{held:F4},{schedule.At(step):G4}"));
                progress.Report($"step {step + 1}/{steps}  loss {recent / count:F3}  held-out {held:F3}  {seen / watch.Elapsed.TotalSeconds:F0} tokens/s  {watch.Elapsed * ((double)(steps - step - 1) / (step + 1)):hh\\:mm\\:ss} left");
                recent = 0;
            }

            if ((step + 1) % recipe.SaveEvery == 0 || step + 1 == steps)
            {
                var path = Path.Combine(folder, "model.safetensors");
                model.SaveBFloat16(path + ".new");
                File.Move(path + ".new", path, overwrite: true);
            }
        }
    }

    private double HeldOutLoss(List<int[]> documents)
    {
        model.SetPrecision(MatmulPrecision.BFloat16);
        double sum = 0;
        long tokens = 0;
        foreach (var part in documents.Chunk(40))
        {
            var (batch, labels) = PackedDocuments.Pack(part);
            sum += SftObjective.LossSum(model.Model, null, batch, labels);
            tokens += SftObjective.SupervisedTokens(batch, labels);
        }

        return sum / tokens;
    }
}
