using System.Runtime.InteropServices;

namespace LoraMesh.DatasetPrep.Cleaning.NearDuplicates;

/// <summary>What is kept of a row to compare it with others: some hundred numbers, whatever its length.</summary>
internal sealed class RowSignature
{
    /// <summary>Places of the question's signature.</summary>
    public const int QuestionPlaces = 128;

    private const int AnswerPlaces = 64;
    private const int HashPlaces = 4;

    /// <summary>Bytes of a signature on scratch.</summary>
    public const int Bytes = sizeof(uint) * (QuestionPlaces + AnswerPlaces + HashPlaces);

    private readonly uint[] _places;

    private RowSignature(uint[] places) => _places = places;

    /// <summary>The places of the question alone.</summary>
    public ReadOnlySpan<uint> Question => _places.AsSpan(0, QuestionPlaces);

    /// <summary>See <see cref="ComparedText.Numbers"/>.</summary>
    public ulong Numbers => Hashes[0];

    /// <summary>All places as they lie on scratch.</summary>
    public ReadOnlySpan<byte> Raw => MemoryMarshal.AsBytes(_places.AsSpan());

    private Span<ulong> Hashes => MemoryMarshal.Cast<uint, ulong>(_places.AsSpan(QuestionPlaces + AnswerPlaces));

    private ReadOnlySpan<uint> Answer => _places.AsSpan(QuestionPlaces, AnswerPlaces);

    /// <summary>The signature of a text.</summary>
    public static RowSignature Of(ComparedText text)
    {
        var places = new uint[QuestionPlaces + AnswerPlaces + HashPlaces];
        MinHash.Sign(text.Question, places.AsSpan(0, QuestionPlaces));
        MinHash.Sign(text.Answer, places.AsSpan(QuestionPlaces, AnswerPlaces));
        var signature = new RowSignature(places);
        (signature.Hashes[0], signature.Hashes[1]) = (text.Numbers, text.Frame);
        return signature;
    }

    /// <summary>The signature that <see cref="Raw"/> was.</summary>
    public static RowSignature Read(ReadOnlySpan<byte> raw) => new(MemoryMarshal.Cast<byte, uint>(raw).ToArray());

    /// <summary>How alike two questions are, 0 to 1; 0 where their numbers differ.</summary>
    public double QuestionSimilarity(RowSignature other) => Numbers != other.Numbers ? 0 : MinHash.Similarity(Question, other.Question);

    /// <summary>How alike two rows are, 0 to 1: the less alike of questions and answers; 0 where what must be equal is not.</summary>
    public double Similarity(RowSignature other) => Hashes[1] != other.Hashes[1]
        ? 0
        : Math.Min(QuestionSimilarity(other), MinHash.Similarity(Answer, other.Answer));
}
