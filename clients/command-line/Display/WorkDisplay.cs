using Spectre.Console;

namespace LoraMesh.CommandLine.Display;

/// <summary>Hears how far a piece of work is.</summary>
/// <param name="done">Units done.</param>
/// <param name="total">Units in all; 0 while nobody knows.</param>
/// <param name="detail">What there is to tell, such as <c>12/400 steps, loss 0.31</c>.</param>
public delegate void WorkProgress(long done, long total, string detail, TimeSpan? left = null);

/// <summary>Shows one piece of work while it runs: a moving bar on a terminal, a line every few seconds elsewhere.</summary>
/// <param name="screen">Where it goes.</param>
/// <param name="title">A word for the work, beside the bar.</param>
/// <param name="time">Clock.</param>
public sealed class WorkDisplay(Screen screen, string title, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(100);

    private readonly long _started = time.GetTimestamp();
    private long _shown = time.GetTimestamp();

    /// <summary>Runs <paramref name="work"/> with a receiver of its progress, from any thread.</summary>
    /// <returns>What <paramref name="work"/> returned.</returns>
    public Task<T> ShowAsync<T>(Func<WorkProgress, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return screen.IsLive
            ? screen.Console.Progress()
                .AutoClear(false)
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new StageDetailColumn())
                .StartAsync(context => OnBarAsync(context, work))
            : work(AsLine);
    }

    private async Task<T> OnBarAsync<T>(ProgressContext context, Func<WorkProgress, Task<T>> work)
    {
        var bar = context.AddTask(title, new ProgressTaskSettings { MaxValue = 1 });
        bar.IsIndeterminate = true;
        var result = await work(Move);
        bar.IsIndeterminate = false;
        bar.Value = bar.MaxValue;
        return result;

        void Move(long done, long total, string detail, TimeSpan? left = null)
        {
            if (done < total && !IsDue(LiveInterval))
            {
                return;
            }

            bar.IsIndeterminate = total <= 0;
            bar.MaxValue = Math.Max(1, total);
            bar.Value = done;
            StageDetailColumn.Set(bar, Detail(done, total, detail, left));
        }
    }

    private void AsLine(long done, long total, string detail, TimeSpan? left = null)
    {
        if (IsDue(Interval))
        {
            screen.Line(Detail(done, total, detail, left));
        }
    }

    private bool IsDue(TimeSpan interval)
    {
        if (time.GetElapsedTime(_shown) < interval)
        {
            return false;
        }

        _shown = time.GetTimestamp();
        return true;
    }

    private string Detail(long done, long total, string detail, TimeSpan? told)
    {
        if (done <= 0 || done >= total)
        {
            return detail;
        }

        var left = told?.TotalSeconds ?? time.GetElapsedTime(_started).TotalSeconds / done * (total - done);
        return $"{detail}, {StageText.Duration(left)} left";
    }
}
