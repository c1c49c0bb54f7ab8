using System.CommandLine;
using System.CommandLine.Help;
using LoraMesh.AllInOne.Display;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Every command of <c>loramesh</c>.</summary>
public static class CommandTree
{
    /// <summary>Makes the tree; the commands write to <paramref name="screen"/>.</summary>
    public static RootCommand Create(Screen screen)
    {
        var root = new RootCommand("LoraMesh turns data dropped in a folder into a tested LoRA adapter that is already serving. Start with: loramesh demo");
        root.Add(DemoCommand.Create(screen));
        root.Add(UpCommand.Create(screen));
        root.Add(DropCommand.Create(screen));
        root.Add(RunsCommand.Create(screen));
        root.Add(AdaptersCommand.Create(screen));
        root.Add(PromoteCommand.Create(screen));
        root.Add(RollbackCommand.Create(screen));
        root.Add(ApprovalCommand.Create(screen, approve: true));
        root.Add(ApprovalCommand.Create(screen, approve: false));
        root.Add(GateCommand.Create(screen));
        root.Add(LabelCommands.CreateTag(screen));
        root.Add(LabelCommands.CreateAlias(screen));
        root.Add(LineageCommand.Create(screen));
        root.Add(AuditCommand.Create(screen));
        root.Add(GarbageCommand.Create(screen));
        root.Add(WebhooksCommand.Create(screen));
        root.Add(CancelCommand.Create(screen));
        root.Add(QuarantineCommand.Create(screen));
        root.Add(KeysCommand.Create(screen));
        root.Add(DoctorCommand.Create(screen));
        root.Add(PrepCommand.Create(screen));
        root.Add(TrainCommand.Create(screen));
        root.Add(SweepCommand.Create(screen));
        root.Add(EvalCommand.Create(screen));
        root.Add(ModelCommand.Create(screen));
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
        }

        // Without a word of what to do, the help is the answer.
        root.SetAction(_ => root.Parse(["--help"]).Invoke());
        return root;
    }
}
