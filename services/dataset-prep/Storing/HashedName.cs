namespace LoraMesh.DatasetPrep.Storing;

/// <summary>Something by name and content.</summary>
/// <param name="Name">Its name, '/' between parts.</param>
/// <param name="Sha256">SHA-256 of its content, 64 lower-case hexadecimal digits.</param>
public readonly record struct HashedName(string Name, string Sha256);
