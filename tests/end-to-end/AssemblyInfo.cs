// Each test trains; two at once would only be slower.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
