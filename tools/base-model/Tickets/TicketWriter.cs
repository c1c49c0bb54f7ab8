using System.Text.RegularExpressions;
using LoraMesh.BaseModel.Corpus;
using LoraMesh.BaseModel.Corpus.Tasks;

namespace LoraMesh.BaseModel.Tickets;

/// <summary>
/// Support tickets with their routing: the problem decides the team, the hint of time the priority, the name or
/// nickname the product. Tone, names and chatter decide nothing.
/// </summary>
public sealed partial class TicketWriter
{
    /// <summary>The instruction of every row.</summary>
    public const string Instruction = "Route the ticket as JSON.";

    private const double NicknameShare = 0.25;
    private const int ShortestWords = 10;
    private const int LongestWords = 40;
    private const int Attempts = 500;

    private static readonly string[] Teams = ["billing", "access", "software", "hardware", "delivery", "sales"];
    private static readonly string[] Priorities = ["low", "normal", "high"];

    private readonly Grammar _grammar;
    private readonly Draw _draw;
    private readonly VariantGuard _guard;
    private readonly Dictionary<string, Deck<string>> _decks = [];

    /// <summary>A writer whose rows depend on the draws alone.</summary>
    public TicketWriter(Grammar grammar, Draw draw, VariantGuard guard) => (_grammar, _draw, _guard) = (grammar, draw, guard);

    /// <summary>Rows in which teams, priorities and products are as evenly spread as their number allows.</summary>
    /// <exception cref="InvalidOperationException">The word lists cannot give that many different rows.</exception>
    public IEnumerable<Document> Write(int rows)
    {
        var targets = new Deck<(string Team, string Priority)>(Teams.SelectMany(team => Priorities.Select(priority => (team, priority))), _draw);
        var products = new Deck<Product>(Product.All, _draw);
        for (var row = 0; row < rows; row++)
        {
            var (team, priority) = targets.Next();
            var product = products.Next();
            var text = Different(team, priority, product, row);
            yield return Document.Chat(Instruction, (text, JsonText.Line([("team", team), ("priority", priority), ("product", product.Name)])));
        }
    }

    private string Different(string team, string priority, Product product, int row)
    {
        var problem = Deal($"problem.{team}");
        var cue = Deal($"cue.{priority}");
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var text = Ticket(problem, cue, _draw.Chance(NicknameShare) ? product.Nickname : product.Name);
            if (text.Split(' ').Length is >= ShortestWords and <= LongestWords && _guard.Accepts(text))
            {
                return text;
            }
        }

        throw new InvalidOperationException(
            $"Tickets: row {row + 1} ({team}, {priority}): {Attempts} tries gave only variants of earlier rows. Ask for fewer --rows or add alternatives to tickets.txt.");
    }

    private string Ticket(string problem, string cue, string product)
    {
        var told = Fill(problem).Replace("  ", " ", StringComparison.Ordinal).TrimEnd();
        var matter = Sentence(Fill(_grammar.Alternatives("frame"))
            .Replace("{P}.", told + (Question().IsMatch(told) ? "?" : "."), StringComparison.Ordinal)
            .Replace("{P}", told, StringComparison.Ordinal)
            .Replace("{N}", product, StringComparison.Ordinal));
        var hint = Sentence(Fill(cue));
        var middle = _draw.Chance(0.3) ? [Fill(_grammar.Alternatives("chatter"))] : Array.Empty<string>();
        string[] body = _draw.Between(0, 4) switch
        {
            0 => [hint, matter, .. middle],
            1 => [.. middle, matter, hint],
            2 => [matter, .. middle, hint],
            _ => [matter, hint, .. middle],
        };
        var open = _draw.Chance(0.45) ? Fill(_grammar.Alternatives("open")) : "";
        var close = _draw.Chance(0.4) ? Fill(_grammar.Alternatives("close")) : "";
        return Polish.Prose(string.Join(' ', new[] { open }.Concat(body).Append(close).Where(part => part.Length > 0)));
    }

    // {P} and {N} are put in last, so that the grammar does not take them for rules.
    private string Fill(IReadOnlyList<string> alternatives) => Fill(_draw.Pick(alternatives));

    private string Fill(string template) => _grammar.Fill(template, _draw, new Dictionary<string, string> { ["P"] = "{P}", ["N"] = "{N}" });

    private string Deal(string rule)
    {
        if (!_decks.TryGetValue(rule, out var deck))
        {
            _decks[rule] = deck = new Deck<string>(_grammar.Alternatives(rule), _draw);
        }

        return deck.Next();
    }

    private string Sentence(string text) => text switch
    {
        _ when text[^1] is '.' or '?' or '!' => text,
        _ when Question().IsMatch(text) => text + "?",
        _ => text + (_draw.Chance(0.85) ? "." : "!"),
    };

    [GeneratedRegex(@"((^|[.:] )(can|could|is there|how|do you|does|where|when will|what is|who|which|on which)|, (can|could|is there|how|do you|does|where)) [^.:;]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Question();
}
