using LoraMesh.Contracts;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace LoraMesh.CommandLine.Display;

/// <summary>Shows how a run ended: figures, verdict, what was wrong with the data, answers.</summary>
/// <param name="screen">Where it goes.</param>
public sealed class RunSummary(Screen screen)
{
    private const int MaxProblems = 10;

    /// <summary>Shows everything that is known of a run.</summary>
    public void Show(CommandResult result)
    {
        screen.Line();
        if (result.Base is { } unadapted && result.Adapter is { } adapter)
        {
            screen.Console.Write(FiguresTable(unadapted, adapter, result.Champion));
        }

        var version = result.Version is { } number ? $" version {number}" : "";
        var took = StageText.Duration(result.Seconds);
        screen.Line($"{result.Run} ({result.Project}{version}) ended {result.State} after {took}{(result.Reason is null ? "." : ": " + result.Reason)}");
        ShowProblems(result);
        foreach (var question in result.Questions)
        {
            ShowQuestion(question);
        }
    }

    /// <summary>Base, adapter and champion side by side.</summary>
    public static Table FiguresTable(Figures unadapted, Figures adapter, Figures? champion)
    {
        var table = new Table().AddColumns("held-out rows", "loss", "exact match", "rows");
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        table.Columns[3].RightAligned();
        AddFigures(table, "base", unadapted);
        AddFigures(table, "adapter", adapter);
        if (champion is not null)
        {
            AddFigures(table, "champion so far", champion);
        }

        return table;
    }

    /// <summary>What was wrong with the data, file by line.</summary>
    public void ShowProblems(CommandResult result)
    {
        foreach (var problem in result.Problems.Take(MaxProblems))
        {
            screen.Line($"  {problem}");
        }

        if (result.Problems.Count > MaxProblems)
        {
            screen.Line($"  … and more; all of them: {result.Urls.Run}/report");
        }
    }

    private void ShowQuestion(AnsweredQuestion question)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        AddAnswer(grid, "question", question.Question);
        AddAnswer(grid, "reference", question.Reference);
        AddAnswer(grid, "base", question.Base);
        AddAnswer(grid, "adapter", question.Adapter);
        screen.Line();
        screen.Console.Write(grid);
    }

    private static void AddAnswer(Grid grid, string who, string text) => grid.AddRow(new Cell(who), new Cell(text.Trim()));

    private static void AddFigures(Table table, string who, Figures figures) => table.AddRow(
        new Cell(who),
        new Cell(StageText.Number(figures.Loss, 4)),
        new Cell(StageText.Share(figures.ExactMatch, figures.ExactMatchStderr)),
        new Cell(StageText.Count(figures.Rows)));
}
