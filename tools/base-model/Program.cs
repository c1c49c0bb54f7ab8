using System.CommandLine;
using LoraMesh.BaseModel.Corpus;
using LoraMesh.BaseModel.Pretraining;
using LoraMesh.BaseModel.Tickets;
using LoraMesh.BaseModel.Tokenization;

namespace LoraMesh.BaseModel;

/// <summary>Makes LoraMesh's own tiny base model and its sample data, from nothing but word banks and arithmetic.</summary>
public sealed class Program
{
    /// <summary>Runs one step; see <c>--help</c>. Returns 0, or 1 with the reason on standard error.</summary>
    public static async Task<int> Main(string[] args)
    {
        var root = new RootCommand(
            """
            Makes the tiny base model that ships with LoraMesh, step by step:
              1. corpus     writes the texts to learn from
              2. tokenizer  learns the vocabulary from them
              3. pretrain   trains the model
              4. tickets    writes the sample data that the demo fine-tunes on
            Every step is deterministic for its --seed.
            """)
        {
            CorpusCommand.Create(),
            TokenizerCommand.Create(),
            TicketsCommand.CreateTickets(),
            TicketsCommand.CreateIntents(),
            PretrainCommand.Create(),
        };
        try
        {
            return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped; what was written so far is incomplete.");
            return 1;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or InvalidOperationException or System.Text.Json.JsonException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
