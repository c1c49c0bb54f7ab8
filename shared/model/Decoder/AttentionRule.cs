namespace LoraMesh.Model.Decoder;

/// <summary>How one layer turns products of queries and keys into weights.</summary>
/// <param name="Scale">What the products are multiplied by.</param>
/// <param name="Softcap">c of c·tanh(s/c), taken before the mask; null for none.</param>
/// <param name="Window">How many tokens are seen, the current one included; null for all earlier ones.</param>
internal readonly record struct AttentionRule(double Scale, double? Softcap, int? Window);
