using System.CommandLine;
using LoraMesh.BaseModel.Corpus;
using LoraMesh.Model;

namespace LoraMesh.BaseModel.Pretraining;

/// <summary>The <c>pretrain</c> command.</summary>
public static class PretrainCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var corpus = new Option<string>("--corpus") { Description = "Corpus written by the corpus command.", Required = true };
        var model = new Option<string>("--model") { Description = "Folder with config.json, tokenizer and template; gets model.safetensors and training-curve.csv.", Required = true };
        var tokens = new Option<long>("--tokens") { Description = "Tokens to train on in all.", DefaultValueFactory = _ => 9_000_000 };
        var rate = new Option<double>("--learning-rate") { Description = "Peak learning rate.", DefaultValueFactory = _ => 2.5e-3 };
        var threads = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = _ => 1 };
        var seed = new Option<int>("--seed") { Description = "Of initial weights and document order.", DefaultValueFactory = _ => 1 };
        var command = new Command("pretrain", "Train the base model from random weights on the corpus.") { corpus, model, tokens, rate, threads, seed };
        command.SetAction(parsed =>
        {
            var progress = new ConsoleProgress();
            progress.Report(TorchRuntime.Initialize(parsed.GetValue(threads)));
            var folder = parsed.GetRequiredValue(model);
            using var trainable = TrainableBase.Create(folder, parsed.GetValue(seed));
            progress.Report($"{trainable.Parameters.numel():N0} weights");
            var documents = CorpusTokens.Read(parsed.GetRequiredValue(corpus), folder, trainable.Model.Config.MaxPositionEmbeddings, progress);
            var recipe = new PretrainingRecipe(
                parsed.GetValue(tokens), TokensPerStep: 2048, parsed.GetValue(rate), WarmupSteps: 100, WeightDecay: 0.05, SaveEvery: 250, parsed.GetValue(seed));
            new Pretrainer(trainable, recipe, progress).Run(documents, folder);
            CurvePlot.Draw(Path.Combine(folder, Pretrainer.CurveFile), Path.Combine(folder, "training-curve.svg"));
        });
        return command;
    }
}
