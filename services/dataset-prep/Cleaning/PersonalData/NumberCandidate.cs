namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>One or more digit runs that may be one number.</summary>
internal readonly ref struct NumberCandidate
{
    private readonly ReadOnlySpan<DigitRun> _runs;

    public NumberCandidate(ReadOnlySpan<char> text, ReadOnlySpan<DigitRun> runs, ReadOnlySpan<char> digits)
    {
        Text = text;
        _runs = runs;
        Digits = digits;
        Gap = runs.Length > 1 ? runs[1].Gap : '\0';
        foreach (var run in runs[1..])
        {
            Mixed |= run.Gap != Gap;
        }
    }

    /// <summary>The whole text.</summary>
    public ReadOnlySpan<char> Text { get; }

    /// <summary>The digits without gaps.</summary>
    public ReadOnlySpan<char> Digits { get; }

    /// <summary>What separates the runs, or the first two of them; NUL for a single run.</summary>
    public char Gap { get; }

    /// <summary>Whether the gaps differ.</summary>
    public bool Mixed { get; }

    /// <summary>Number of runs.</summary>
    public int Runs => _runs.Length;

    /// <summary>First digit's place.</summary>
    public int Start => _runs[0].Start;

    /// <summary>The place after the last digit.</summary>
    public int End => _runs[^1].End;

    /// <summary>Whether a plus stands before.</summary>
    public bool Plus => (Start > 0 && Text[Start - 1] == '+') || (Start > 1 && Text[Start - 1] == '(' && Text[Start - 2] == '+');

    /// <summary>Whether the first run stands in brackets.</summary>
    public bool Bracketed => Start > 0 && Text[Start - 1] == '(' && _runs[0].End < Text.Length && Text[_runs[0].End] == ')';

    /// <summary>Whether the runs have exactly these lengths.</summary>
    public bool Shape(params ReadOnlySpan<int> lengths)
    {
        if (lengths.Length != _runs.Length)
        {
            return false;
        }

        for (var i = 0; i < lengths.Length; i++)
        {
            if (_runs[i].Length != lengths[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Length of one run.</summary>
    public int Length(int run) => _runs[run].Length;

    /// <summary>The runs' gaps are all of one sign, or there is none.</summary>
    public bool Even(char gap) => Runs == 1 || (!Mixed && Gap == gap);

    /// <summary>The value of some digits.</summary>
    public int Value(int start, int length) => int.Parse(Digits.Slice(start, length), System.Globalization.CultureInfo.InvariantCulture);
}
