namespace LoraMesh.Text.PreTokenizers;

// What becomes of the text that matched.
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}
