namespace LoraMesh.Inference.Adapters;

/// <summary>How one canary has done so far: it is over when too many of its answers failed. Thread-safe.</summary>
public sealed class CanaryTrial
{
    // Fewer failures than this may be anyone's bad luck.
    private const int LeastFailures = 3;

    private readonly double _mostFailures;
    private readonly Action<int, int> _onOver;
    private readonly Lock _gate = new();
    private int _answers;
    private int _failures;

    internal CanaryTrial(double mostFailures, Action<int, int> onOver)
    {
        _mostFailures = mostFailures;
        _onOver = onOver;
    }

    /// <summary>Whether it gets no more of its project's requests.</summary>
    public bool IsOver { get; private set; }

    /// <summary>An answer has ended, or could not be given.</summary>
    public void Report(bool failed)
    {
        lock (_gate)
        {
            _answers++;
            _failures += failed ? 1 : 0;
            if (IsOver || _failures < LeastFailures || _failures <= _mostFailures * _answers)
            {
                return;
            }

            IsOver = true;
        }

        _onOver(_failures, _answers);
    }
}
