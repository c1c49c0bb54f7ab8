namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>Work on items by several threads whose results come out in the items' order, with a bounded number under way.</summary>
internal static class OrderedWork
{
    /// <summary>
    /// Enumerates and hands over on the calling thread, works on others. The first failure, in the items' order, is thrown
    /// once nothing is under way any more.
    /// </summary>
    public static void Run<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, TResult> work, Action<TResult> take, int threads, CancellationToken cancellationToken)
    {
        var underWay = new Queue<Task<TResult>>();
        try
        {
            foreach (var item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                underWay.Enqueue(Task.Run(() => work(item), CancellationToken.None));
                // One more than threads lies ready, so that none waits for the hand-over.
                if (underWay.Count > threads)
                {
                    take(Next(underWay));
                }
            }

            while (underWay.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                take(Next(underWay));
            }
        }
        finally
        {
            Task.WhenAll(underWay).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).GetAwaiter().GetResult();
        }
    }

    private static TResult Next<TResult>(Queue<Task<TResult>> underWay) => underWay.Dequeue().GetAwaiter().GetResult();
}
