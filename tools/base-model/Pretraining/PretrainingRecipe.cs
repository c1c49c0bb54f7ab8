namespace LoraMesh.BaseModel.Pretraining;

/// <summary>How the base model is trained.</summary>
/// <param name="Tokens">Tokens to see in all.</param>
/// <param name="TokensPerStep">Tokens of one optimiser step, filled with whole documents.</param>
/// <param name="LearningRate">Peak rate; falls linearly to 0.</param>
/// <param name="WarmupSteps">Steps over which it rises.</param>
/// <param name="WeightDecay">AdamW decay.</param>
/// <param name="SaveEvery">Steps between writes of the weights.</param>
/// <param name="Seed">Of initial weights and document order.</param>
internal sealed record PretrainingRecipe(
    long Tokens, int TokensPerStep, double LearningRate, int WarmupSteps, double WeightDecay, int SaveEvery, int Seed);
