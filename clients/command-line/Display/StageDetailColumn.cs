using Spectre.Console;
using Spectre.Console.Rendering;
using Cell = Spectre.Console.Text;

namespace LoraMesh.CommandLine.Display;

/// <summary>The words beside a stage's bar.</summary>
public sealed class StageDetailColumn : ProgressColumn
{
    /// <inheritdoc/>
    protected override bool NoWrap => true;

    /// <summary>Sets the words.</summary>
    public static void Set(ProgressTask bar, string text) => bar.Tag = text;

    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Cell(task.Tag as string ?? "");
}
