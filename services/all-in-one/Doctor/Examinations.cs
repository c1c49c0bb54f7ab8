using System.Runtime.CompilerServices;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>Runs examinations one after the other, each with a limit of time.</summary>
internal static class Examinations
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>The findings as they come.</summary>
    public static async IAsyncEnumerable<Finding> RunAsync(IEnumerable<IExamination> examinations, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var examination in examinations)
        {
            foreach (var finding in await LookAsync(examination, cancellationToken))
            {
                yield return finding;
            }
        }
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(IExamination examination, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var findings = new List<Finding>();
        try
        {
            await foreach (var finding in examination.LookAsync(limit.Token).WithCancellation(limit.Token))
            {
                findings.Add(finding);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            findings.Add(new Finding(examination.Name, Verdict.Problem, $"No answer within {Limit.TotalSeconds:0} seconds.", examination.Advice));
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The outermost catch of one examination: the others are wanted whatever became of this one.
            findings.Add(new Finding(examination.Name, Verdict.Problem, Describe(problem), examination.Advice));
        }

        return findings;
    }

    // Clients wrap what the network said, which is what helps.
    private static string Describe(Exception problem) =>
        problem.InnerException is null ? problem.Message : $"{problem.Message.TrimEnd('.')}: {problem.GetBaseException().Message}";
}
