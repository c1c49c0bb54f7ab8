using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LoraMesh.BaseModel.Corpus;

namespace LoraMesh.BaseModel.Tickets;

/// <summary>The commands <c>tickets</c> and <c>intents</c>: the sample data and a second set to test with.</summary>
public static class TicketsCommand
{
    // A little under the 0.5 that the tests allow, because they mask names by a simpler rule.
    private const double VariantLimit = 0.45;

    private const int ReportEvery = 500;

    private static readonly string[] NameBanks = ["female_name", "male_name", "surname", "city", "country", "company", "weekday", "month"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Builds <c>tickets</c>.</summary>
    public static Command CreateTickets() => Create(
        "tickets", "Write the sample data: support tickets with team, priority and product as JSON.", 1600,
        (grammar, draw, guard, rows) => new TicketWriter(grammar, draw, guard).Write(rows));

    /// <summary>Builds <c>intents</c>.</summary>
    public static Command CreateIntents() => Create(
        "intents", "Write a second, different data set: what a bank customer wants, as one of twelve labels.", 600,
        (grammar, draw, guard, rows) => new IntentWriter(grammar, draw, guard).Write(rows));

    private static Command Create(string name, string description, int usualRows, Func<Grammar, Draw, VariantGuard, int, IEnumerable<Document>> write)
    {
        var output = new Option<string>("--out") { Description = "File to write, one chat row a line: {\"messages\"}.", Required = true };
        var seed = new Option<int>("--seed") { Description = "The same seed writes the same rows.", DefaultValueFactory = _ => 7 };
        var rows = new Option<int>("--rows") { Description = "How many rows; no two of them are variants of each other.", DefaultValueFactory = _ => usualRows };
        var command = new Command(name, description) { output, seed, rows };
        command.SetAction(async (parsed, cancellation) =>
        {
            var grammar = GrammarFiles.Load("tickets/");
            var names = NameBanks.SelectMany(grammar.Alternatives).Concat(Product.All.SelectMany(product => new[] { product.Name, product.Nickname.Split(' ')[1] }));
            var path = parsed.GetRequiredValue(output);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var documents = write(grammar, new Draw(parsed.GetValue(seed)), new VariantGuard(VariantLimit, names), parsed.GetValue(rows));
            await using var writer = new StreamWriter(path);
            var written = 0;
            foreach (var document in documents)
            {
                await writer.WriteLineAsync(JsonSerializer.Serialize(document, Json).AsMemory(), cancellation);
                if (++written % ReportEvery == 0)
                {
                    await Console.Error.WriteLineAsync($"{written} rows");
                }
            }

            await Console.Out.WriteLineAsync($"{path}: {written} rows");
        });
        return command;
    }
}
