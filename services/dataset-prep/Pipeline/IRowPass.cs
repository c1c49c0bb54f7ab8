namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>
/// A look at all good rows once they lie on scratch: drops some, with a reason, or puts them on a side. Passes run one
/// after the other on one thread; a pass reads <see cref="RowStore"/> as often as it needs, and its own memory must not
/// grow with the data beyond some bytes a row. It must do the same whatever the number of threads.
/// </summary>
internal interface IRowPass
{
    /// <summary>The stage's name in the report, such as <c>deduplicate</c>.</summary>
    string Name { get; }

    /// <summary>Runs it.</summary>
    void Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken);
}
