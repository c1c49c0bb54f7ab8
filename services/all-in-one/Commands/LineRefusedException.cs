namespace LoraMesh.AllInOne.Commands;

/// <summary>One line of an input file is no request; the others are answered.</summary>
public sealed class LineRefusedException(string message, Exception? cause = null) : Exception(message, cause);
