namespace LoraMesh.BaseModel.Corpus;

/// <summary>One message of a conversation; the role is system, user or assistant.</summary>
public sealed record ChatTurn(string Role, string Content);
