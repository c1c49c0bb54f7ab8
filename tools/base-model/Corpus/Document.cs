namespace LoraMesh.BaseModel.Corpus;

/// <summary>One line of the corpus: running text, or a conversation.</summary>
public sealed record Document(string? Text, IReadOnlyList<ChatTurn>? Messages)
{
    /// <summary>A document of running text.</summary>
    public static Document Prose(string text) => new(text, null);

    /// <summary>A conversation; the system text is left out when null.</summary>
    public static Document Chat(string? system, params (string User, string Assistant)[] exchanges)
    {
        var turns = exchanges.SelectMany(exchange => new[] { new ChatTurn("user", exchange.User), new ChatTurn("assistant", exchange.Assistant) });
        return new(null, system is null ? [.. turns] : [new ChatTurn("system", system), .. turns]);
    }
}
