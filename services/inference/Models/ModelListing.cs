namespace LoraMesh.Inference.Models;

/// <summary>A name that can be asked for.</summary>
/// <param name="Id">The name.</param>
/// <param name="Created">Since when it stands for this.</param>
/// <param name="Root">What it stands for: <c>project@version</c>, or the base model itself.</param>
/// <param name="Parent">The base model of an adapter; null for a base model, and while it is not known.</param>
/// <param name="ContextLength">Longest sequence in tokens; null while the base model has not been loaded.</param>
public sealed record ModelListing(string Id, DateTimeOffset Created, string Root, string? Parent, int? ContextLength);
