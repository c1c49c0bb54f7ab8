using System.CommandLine;
using System.CommandLine.Help;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary>The root of a command line, and the commands that need nothing but a running suite's address.</summary>
public static class CommandRoot
{
    private const string ExitCodes = "Exit codes: 0 done, 1 the work failed or the suite is away, 2 the command was wrong or not allowed, 3 refused input.";

    /// <summary>Makes a root whose help shows examples, and is the answer where nothing is asked.</summary>
    public static RootCommand Create(string description, IEnumerable<Command> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        var root = new RootCommand($"{description}\n{ExitCodes}");
        foreach (var command in commands)
        {
            root.Add(command);
        }

        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
        }

        root.SetAction(_ => root.Parse(["--help"]).Invoke());
        return root;
    }

    /// <summary>Everything that a suite's API can do.</summary>
    public static IReadOnlyList<Command> SuiteCommands(Screen screen) =>
    [
        DropCommand.Create(screen),
        RunsCommand.Create(screen),
        FollowCommand.Create(screen),
        ReportCommand.Create(screen),
        EvaluationCommand.Create(screen),
        CancelCommand.Create(screen),
        ApprovalCommand.Create(screen, approve: true),
        ApprovalCommand.Create(screen, approve: false),
        AdaptersCommand.Create(screen),
        PromoteCommand.Create(screen),
        RollbackCommand.Create(screen),
        LabelCommands.CreateTag(screen),
        LabelCommands.CreateAlias(screen),
        LineageCommand.Create(screen),
        ServedCommand.Create(screen),
        AskCommand.Create(screen),
        AuditCommand.Create(screen),
        ExportCommand.Create(screen),
        QuarantineCommand.Create(screen),
        KeysCommand.Create(screen),
        WebhooksCommand.Create(screen),
        GarbageCommand.Create(screen),
        CompletionCommand.Create(screen),
    ];
}
