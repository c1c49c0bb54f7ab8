namespace LoraMesh.Metrics.Errors;

/// <summary>
/// Python's <c>random.Random</c>: the Mersenne Twister MT19937 of Matsumoto and Nishimura (1998), seeded by an array as their
/// reference does it, so that a bootstrap draws the same rows as the harness.
/// </summary>
internal sealed class PythonRandom
{
    private const int Words = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Words];
    private int _next = Words;

    /// <summary>Seeds as <c>random.seed(n)</c> does; <paramref name="seed"/> is not negative.</summary>
    public PythonRandom(uint seed)
    {
        Fill(19650218);
        var i = 1;
        for (var round = 0; round < Words; round++)
        {
            _state[i] = (_state[i] ^ (Mix(i) * 1664525)) + seed;
            i = Advance(i);
        }

        for (var round = 0; round < Words - 1; round++)
        {
            _state[i] = (_state[i] ^ (Mix(i) * 1566083941)) - (uint)i;
            i = Advance(i);
        }

        _state[0] = 0x80000000;
    }

    /// <summary>A number from 0 up to, not including, 1, with 53 random bits.</summary>
    public double Next() => (((ulong)(Word() >> 5) << 26) + (Word() >> 6)) * (1.0 / (1UL << 53));

    private uint Mix(int i) => _state[i - 1] ^ (_state[i - 1] >> 30);

    private int Advance(int i)
    {
        if (i + 1 < Words)
        {
            return i + 1;
        }

        _state[0] = _state[Words - 1];
        return 1;
    }

    private void Fill(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < Words; i++)
        {
            _state[i] = (1812433253 * Mix(i)) + (uint)i;
        }
    }

    private uint Word()
    {
        if (_next == Words)
        {
            Turn();
        }

        var word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }

    private void Turn()
    {
        for (var i = 0; i < Words; i++)
        {
            var mixed = (_state[i] & 0x80000000) | (_state[(i + 1) % Words] & 0x7fffffff);
            _state[i] = _state[(i + Middle) % Words] ^ (mixed >> 1) ^ ((mixed & 1) == 0 ? 0 : 0x9908b0dfu);
        }

        _next = 0;
    }
}
