namespace LoraMesh.BaseModel.Tickets;

/// <summary>An invented product and what customers also call it; no nickname fits two products.</summary>
public sealed record Product(string Name, string Nickname)
{
    /// <summary>The eight products of the sample.</summary>
    public static readonly IReadOnlyList<Product> All =
    [
        new("Kestrel", "the bird"), new("Lumora", "the lamp"), new("Brambix", "the bramble"), new("Quenda", "the Q-box"),
        new("Oxmere", "the ox"), new("Tarnwick", "the wick"), new("Zephira", "our Zeph"), new("Pavonis", "the peacock"),
    ];
}
