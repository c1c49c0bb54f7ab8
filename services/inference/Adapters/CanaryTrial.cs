using System.Globalization;

namespace LoraMesh.Inference.Adapters;

/// <summary>
/// How one canary has done so far beside the champion: it is over when too many of its answers failed, or when they take too long.
/// Thread-safe.
/// </summary>
public sealed class CanaryTrial
{
    // Fewer failures than this may be anyone's bad luck, and fewer answers are no median.
    private const int LeastFailures = 3;
    private const int LeastAnswers = 20;
    private const int Remembered = 200;

    private readonly double _mostFailures;
    private readonly double _mostSlowdown;
    private readonly Action<string> _onOver;
    private readonly Lock _gate = new();
    private readonly Queue<double> _own = new();
    private readonly Queue<double> _champions = new();
    private int _answers;
    private int _failures;

    internal CanaryTrial(double mostFailures, double mostSlowdown, Action<string> onOver)
    {
        _mostFailures = mostFailures;
        _mostSlowdown = mostSlowdown;
        _onOver = onOver;
    }

    /// <summary>Whether it gets no more of its project's requests.</summary>
    public bool IsOver { get; private set; }

    /// <summary>An answer of the canary could not be given, or broke off.</summary>
    public void Failed() => Judge(() =>
    {
        _answers++;
        _failures++;
    });

    /// <summary>The canary has answered.</summary>
    /// <param name="secondsPerToken">From acceptance to the end of the answer, by the tokens of it.</param>
    public void Answered(double secondsPerToken) => Judge(() =>
    {
        _answers++;
        Remember(_own, secondsPerToken);
    });

    /// <summary>The champion has answered a request of the same project.</summary>
    /// <param name="secondsPerToken">From acceptance to the end of the answer, by the tokens of it.</param>
    public void ChampionAnswered(double secondsPerToken) => Judge(() => Remember(_champions, secondsPerToken));

    private static void Remember(Queue<double> times, double time)
    {
        times.Enqueue(time);
        if (times.Count > Remembered)
        {
            times.Dequeue();
        }
    }

    private static double Median(Queue<double> times) => times.Order().ElementAt(times.Count / 2);

    private void Judge(Action count)
    {
        string? reason;
        lock (_gate)
        {
            count();
            reason = IsOver ? null : Reason();
            IsOver |= reason is not null;
        }

        if (reason is not null)
        {
            _onOver(reason);
        }
    }

    private string? Reason()
    {
        if (_failures >= LeastFailures && _failures > _mostFailures * _answers)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{_failures} of {_answers} answers failed");
        }

        return _mostSlowdown > 0 && _own.Count >= LeastAnswers && _champions.Count >= LeastAnswers && Median(_own) is var own && Median(_champions) is var champions && own > _mostSlowdown * champions
            ? string.Create(CultureInfo.InvariantCulture, $"its answers take {own * 1000:F1} ms a token in the median, the champion's {champions * 1000:F1}")
            : null;
    }
}
