using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.DatasetPrep.Cleaning.Toxicity;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh prep</c>: the preparing stage by hand, without a suite.</summary>
public static class PrepCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var inputs = new Option<string[]>("--in")
        {
            Description = "Files, or folders with files: JSON Lines, JSON, CSV, TSV, Parquet, text or Markdown; also .gz and .zst.",
            HelpName = "PATH",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        var model = new Option<string>("--model") { Description = "Folder of the base model; only its tokenizer, template and config.json are read.", HelpName = "DIR", Required = true };
        var output = new Option<string>("--out") { Description = "Folder to write the dataset, report.json and report.html to.", HelpName = "DIR", Required = true };
        var toxicity = new Option<string>("--toxicity-hook") { Description = "Classifier of toxic texts: a web address, or a program and its arguments.", HelpName = "HOOK" };
        var config = SharedOptions.Config();
        var command = new TaughtCommand("prep", "Make a dataset of files by hand: validate, tell duplicates apart, split, tokenize, pack.")
        {
            Examples = ["loramesh prep --in tickets.jsonl --model models/loramesh-tiny --out dataset"],
        };
        command.Add(PrepDiff.Create(screen));
        command.Add(inputs);
        command.Add(model);
        command.Add(output);
        command.Add(config);
        command.Add(toxicity);
        command.Add(SharedOptions.Json());
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = ConfigFile.Read(parsed.GetValue(config));
            var prep = new Prep(screen, settings, ToxicitySettings.Read(parsed.GetValue(toxicity)));
            return prep.RunAsync(parsed.GetRequiredValue(inputs), parsed.GetRequiredValue(model), parsed.GetRequiredValue(output), cancellationToken);
        });
        return command;
    }
}
