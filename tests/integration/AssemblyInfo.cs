// Containers and processes share two cores; side by side they would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
