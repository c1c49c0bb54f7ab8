using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Every command of <c>loramesh</c>: those that speak to a suite, and those that are one, or do a piece of its work here.</summary>
public static class CommandTree
{
    private const string About = "LoraMesh turns data dropped in a folder into a tested LoRA adapter that is already serving. Start with: loramesh demo";

    /// <summary>Makes the tree; the commands write to <paramref name="screen"/>.</summary>
    public static RootCommand Create(Screen screen) => CommandRoot.Create(About,
    [
        DemoCommand.Create(screen),
        UpCommand.Create(screen),
        .. CommandRoot.SuiteCommands(screen),
        GateCommand.Create(screen),
        DoctorCommand.Create(screen),
        BackupCommand.Create(screen),
        RestoreCommand.Create(screen),
        PrepCommand.Create(screen),
        TrainCommand.Create(screen),
        SweepCommand.Create(screen),
        EvalCommand.Create(screen),
        ModelCommand.Create(screen),
    ]);
}
