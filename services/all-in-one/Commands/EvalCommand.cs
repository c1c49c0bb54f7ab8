using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Evaluator;
using LoraMesh.Model;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh eval</c>: the loss of a model on some rows, with and without an adapter.</summary>
public static class EvalCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var model = new Option<string>("--model") { Description = "Folder of the base model.", HelpName = "DIR", Required = true };
        var adapter = new Option<string?>("--adapter") { Description = "PEFT folder to measure beside the base.", HelpName = "DIR" };
        var data = new Option<string>("--data") { Description = "Dataset folder, of which the held-out rows count, or a file of rows, in text as 'prep' takes them or tokenized (input_ids, labels); all of it counts.", HelpName = "DIR|FILE", Required = true };
        var command = new TaughtCommand("eval", "Measure loss and perplexity by hand.")
        {
            Examples =
            [
                "loramesh eval --model models/loramesh-tiny --adapter adapter --data dataset --json",
                "loramesh eval score --in answers.jsonl --metrics exact_match,f1,rougeL",
            ],
        };
        command.Add(model);
        command.Add(adapter);
        command.Add(data);
        command.Add(SharedOptions.Json());
        command.Add(ScoreCommand.Create(screen));
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (modelFolder, path) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(data));
            NamedFolder.Check("--model", modelFolder);
            if (parsed.GetValue(adapter) is { } adapterFolder)
            {
                NamedFolder.Check("--adapter", adapterFolder);
            }

            var shard = await Task.Run(() => HandData.ToMeasure(path, modelFolder, cancellationToken), cancellationToken);
            try
            {
                Tell(screen, await new WorkDisplay(screen, "evaluate", TimeProvider.System).ShowAsync(show => Task.Run(
                    () => FolderEvaluation.Run(modelFolder, parsed.GetValue(adapter), shard, (done, total) => show(done, total, $"{StageText.Count(done)}/{StageText.Count(total)} rows"), cancellationToken),
                    cancellationToken)));
                return ExitCode.Done;
            }
            catch (Exception failure) when (failure is UnsupportedModelException or InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
            {
                throw new CommandException(ExitCode.WrongCommand, "model_unusable", failure.Message, failure);
            }
        });
        return command;
    }

    private static void Tell(Screen screen, MeasuredLoss found)
    {
        screen.Line($"{StageText.Count(found.Rows)} rows, {StageText.Count(found.SupervisedTokens)} supervised tokens");
        Show("base", found.BaseLoss);
        if (found.AdapterLoss is { } loss)
        {
            Show("adapter", loss);
        }

        if (screen.Json)
        {
            screen.Emit(new
            {
                state = "evaluated",
                loss = found.AdapterLoss ?? found.BaseLoss,
                perplexity = Math.Exp(found.AdapterLoss ?? found.BaseLoss),
                found.Rows,
                found.Tokens,
                found.SupervisedTokens,
                @base = Figures(found.BaseLoss),
                adapter = found.AdapterLoss is { } own ? Figures(own) : null,
            });
        }

        void Show(string name, double value) => screen.Line($"{name}: loss {StageText.Number(value, 4)}, perplexity {StageText.Number(Math.Exp(value), 2)}");
        static object Figures(double value) => new { loss = value, perplexity = Math.Exp(value) };
    }
}
