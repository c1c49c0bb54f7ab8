using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>A good row on scratch. Its memory is reused for the next one: take what is to be kept.</summary>
internal sealed class StoredRow
{
    /// <summary>The row's number, from 0, in the order of files and lines.</summary>
    public long Number { get; init; }

    /// <summary>Number of the file in <see cref="RowStore.Files"/>.</summary>
    public int File { get; init; }

    /// <summary>1-based line.</summary>
    public int Line { get; init; }

    /// <summary>Equal for equal rows only; see <see cref="CanonicalRow.Identity"/>.</summary>
    public UInt128 Identity { get; init; }

    /// <summary>Equal for equal questions; see <see cref="CanonicalRow.PromptHash"/>.</summary>
    public ulong PromptHash { get; init; }

    /// <summary>What the row is.</summary>
    public RowKind Kind { get; init; }

    /// <summary>The members of its canonical JSON, UTF-8, such as <c>"messages":[…]</c>.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The values of <see cref="RowContent.Carried"/>.</summary>
    public IReadOnlyList<string?> Carried { get; init; } = [];

    /// <summary>One token sequence, or of a preference pair two: the better and the worse.</summary>
    public IReadOnlyList<TokenSequence> Sequences { get; init; } = [];

    /// <summary>All its tokens.</summary>
    public int Tokens => Sequences.Sum(sequence => sequence.Length);

    /// <summary>The id that reports and canonical files give it.</summary>
    public string Id => CanonicalRow.IdOf(Identity);
}
