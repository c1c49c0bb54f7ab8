namespace LoraMesh.Control.Registry;

/// <summary>The right to do a piece of work that one process at a time does. It ends with disposal, or with the process.</summary>
public interface ITurn : IAsyncDisposable
{
    /// <summary>Whether it still holds; a broken connection to the database ends it.</summary>
    Task<bool> HoldsAsync(CancellationToken cancellationToken);
}
