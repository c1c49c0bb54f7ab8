namespace LoraMesh.Hosting.Access;

/// <summary>More keys that nobody here has seen were sent than are looked up in the store; a later try may succeed.</summary>
public sealed class TooManyUnknownKeysException() : IOException("More unknown API keys were sent than are looked up. Try again in some seconds.");
