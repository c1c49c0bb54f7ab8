using System.Diagnostics;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Model;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Continues rows of ids, each with a cache of its own, all together.</summary>
/// <param name="screen">Where the result goes.</param>
/// <param name="loaded">Model and adapter.</param>
/// <param name="input">The rows.</param>
/// <param name="sampling">How tokens are chosen.</param>
/// <param name="seed">Decides what is drawn; each row draws apart.</param>
public sealed class Generate(Screen screen, LoadedModel loaded, GenerationInput input, SamplingOptions sampling, ulong seed)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(2);

    /// <summary>Runs it.</summary>
    /// <param name="most">Tokens to add to each row at most.</param>
    /// <param name="stops">Whether tokens that end a text end a row.</param>
    /// <param name="cancellationToken">Ends it between two tokens.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">A row is empty or fills the context already, or an option is out of range.</exception>
    public int Run(int most, bool stops, CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        var rows = input.Rows.Select((ids, index) => new GeneratedRow(loaded, ids, Sampler(ids, index))).ToList();
        try
        {
            var context = loaded.Model.Config.LongestSequence;
            if (rows.FindIndex(row => row.Prompt.Length == 0 || row.Prompt.Length >= context) is >= 0 and var index)
            {
                throw new CommandException(ExitCode.RefusedInput, "wrong_length", $"Row {index} has {rows[index].Prompt.Length} tokens; the model's context of {context} must hold at least one and leave room for one.");
            }

            IReadOnlyCollection<int> ends = stops ? [.. loaded.Model.Config.EosTokenIds] : [];
            var logits = new float[rows.Count * loaded.Model.Config.VocabSize];
            var reported = started.Elapsed;
            foreach (var row in rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                row.Take(loaded.Model.Prefill(row.Session, row.Prompt), ends, most, context);
            }

            for (var going = Going(rows); going.Count > 0; going = Going(rows))
            {
                cancellationToken.ThrowIfCancellationRequested();
                loaded.Model.Step([.. going.Select(row => row.Session)], [.. going.Select(row => row.New[^1])], logits);
                for (var i = 0; i < going.Count; i++)
                {
                    going[i].Take(logits.AsSpan(i * loaded.Model.Config.VocabSize, loaded.Model.Config.VocabSize), ends, most, context);
                }

                if (started.Elapsed - reported > ReportEvery)
                {
                    reported = started.Elapsed;
                    screen.ErrorLine($"{rows.Sum(row => row.New.Count)} tokens");
                }
            }

            return Tell(rows, started.Elapsed);
        }
        finally
        {
            rows.ForEach(row => row.Dispose());
        }
    }

    private Sampler Sampler(int[] prompt, int row)
    {
        try
        {
            sampling.Validate(loaded.Model.Config.VocabSize);
        }
        catch (ArgumentException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "wrong_option", failure.Message, failure);
        }

        var sampler = new Sampler(sampling, loaded.Model.Config.VocabSize, unchecked(seed + ((ulong)row * 0xD1B54A32D192ED03)));
        sampler.ObservePrompt(prompt);
        return sampler;
    }

    private static List<GeneratedRow> Going(List<GeneratedRow> rows) => [.. rows.Where(row => row.Finish is null)];

    private int Tell(List<GeneratedRow> rows, TimeSpan elapsed)
    {
        var texts = rows.Select(row => input.Tokenizer?.Decode([.. row.New])).ToList();
        for (var row = 0; row < rows.Count; row++)
        {
            screen.Line(texts[row] ?? string.Join(' ', rows[row].New));
        }

        screen.ErrorLine($"{rows.Sum(row => row.New.Count)} tokens in {elapsed.TotalSeconds:0.0} s");
        if (screen.Json)
        {
            screen.Emit(new
            {
                new_ids = rows.Select(row => row.New).ToList(),
                text = input.Tokenizer is null ? null : texts[0],
                finish_reasons = rows.Select(row => row.Finish).ToList(),
                prompt_tokens = rows.Select(row => row.Prompt.Length).ToList(),
                seconds = elapsed.TotalSeconds,
            });
        }

        return ExitCode.Done;
    }
}
