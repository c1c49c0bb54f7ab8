namespace LoraMesh.DatasetPrep.Building;

/// <summary>Why a set of files cannot be trained on.</summary>
/// <param name="Code">A stable word: <c>too_few_rows</c>, <c>too_few_good_rows</c>, <c>too_many_rows</c>, <c>too_many_problems</c>, <c>refused_by_policy</c>, <c>mixed_objectives</c>, <c>no_test_rows</c> or <c>no_train_rows</c>.</param>
/// <param name="Reason">One sentence or two: how many, what most often, where first, what to do.</param>
public sealed record BuildRejection(string Code, string Reason);
