using LoraMesh.BaseModel.Corpus;

namespace LoraMesh.BaseModel.Tickets;

/// <summary>What customers say to a bank, each with one of twelve intents; no system message.</summary>
public sealed class IntentWriter(Grammar grammar, Draw draw, VariantGuard guard)
{
    private const int Attempts = 500;

    private static readonly string[] Intents =
    [
        "lost_card", "check_balance", "transfer_money", "open_account", "close_account", "change_address",
        "change_pin", "request_loan", "dispute_charge", "exchange_currency", "atm_problem", "standing_order",
    ];

    /// <summary>Rows in which the intents are evenly spread.</summary>
    /// <exception cref="InvalidOperationException">The word lists cannot give that many different rows.</exception>
    public IEnumerable<Document> Write(int rows)
    {
        var intents = new Deck<string>(Intents, draw);
        var decks = Intents.ToDictionary(intent => intent, intent => new Deck<string>(grammar.Alternatives($"intent.{intent}"), draw));
        for (var row = 0; row < rows; row++)
        {
            var intent = intents.Next();
            yield return Document.Chat(null, (Different(decks[intent], intent, row), intent));
        }
    }

    private string Different(Deck<string> deck, string intent, int row)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var text = Sentence(deck.Next());
            if (guard.Accepts(text))
            {
                return text;
            }
        }

        throw new InvalidOperationException(
            $"Intents: row {row + 1} ({intent}): {Attempts} tries gave only variants of earlier rows. Ask for fewer --rows or add alternatives to intents.txt.");
    }

    private string Sentence(string template)
    {
        var matter = grammar.Fill(template, draw, new Dictionary<string, string>());
        var parts = new List<string> { matter[^1] == '?' ? matter : matter + "." };
        if (draw.Chance(0.5))
        {
            parts.Insert(draw.Chance(0.3) ? 0 : 1, grammar.Expand("bank_chatter", draw));
        }

        if (draw.Chance(0.4))
        {
            parts.Insert(0, grammar.Expand("bank_open", draw));
        }

        return Polish.Prose(string.Join(' ', parts));
    }
}
