namespace LoraMesh.Model.Decoder;

/// <summary>A run of rows that one adapter serves.</summary>
internal sealed record AdapterRange(LoraAdapter Adapter, int Start, int Length);
