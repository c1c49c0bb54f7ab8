namespace LoraMesh.Model;

// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014): 64 bits of state, so that any
// 64-bit seed is a good one and the same seed gives the same draws on every platform and runtime version.
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    // 53 bits: every value is a multiple of 2^-53 in [0, 1).
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));
}
