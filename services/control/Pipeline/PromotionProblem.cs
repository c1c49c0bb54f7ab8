namespace LoraMesh.Control.Pipeline;

/// <summary>Why a version was not made champion by hand.</summary>
public enum PromotionProblem
{
    /// <summary>The project has no such version.</summary>
    NoSuchVersion,

    /// <summary>The project has no earlier champion to return to.</summary>
    NothingBefore,

    /// <summary>The version is champion already.</summary>
    IsChampion,

    /// <summary>The version's adapter was removed from the store.</summary>
    IsCollected,
}
