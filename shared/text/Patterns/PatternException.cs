namespace LoraMesh.Text.Patterns;

// Caught where the tokenizer is read, which knows the place in the file.
internal sealed class PatternException(string pattern, int position, string message)
    : Exception($"{message} (character {position + 1} of the pattern {Quote(pattern)})")
{
    private static string Quote(string pattern) => pattern.Length <= 200 ? $"'{pattern}'" : $"'{pattern[..200]}…'";
}
