using System.CommandLine;
using LoraMesh.Client;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh audit</c>: who did what, and whether the trail is as it was written.</summary>
public static class AuditCommand
{
    private const int DefaultEntries = 100;

    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var command = new TaughtCommand("audit", "Read the audit trail, or check that nothing in it was changed.")
        {
            Examples = ["loramesh audit list --project support", "loramesh audit verify"],
        };
        command.Add(CreateList(screen));
        command.Add(CreateVerify(screen));
        return command;
    }

    private static TaughtCommand CreateList(Screen screen)
    {
        var (project, limit, url) = (SharedOptions.Project(required: false), SharedOptions.Limit(DefaultEntries), SharedOptions.Url());
        var command = new TaughtCommand("list", "List the newest entries.") { Examples = ["loramesh audit list --json"] };
        command.Add(project);
        command.Add(limit);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var entries = (await new RegistryClient(suite).AuditAsync(parsed.GetValue(project), parsed.GetValue(limit), cancellationToken)).Data;
            foreach (var entry in entries.Reverse())
            {
                screen.Line($"{entry.Sequence,6}  {entry.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {entry.Project}  {entry.What} by {entry.Who}: {entry.Why}");
            }

            if (screen.Json)
            {
                screen.Emit(new { entries });
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static TaughtCommand CreateVerify(Screen screen)
    {
        var head = new Option<string?>("--head") { Description = "A hash that an earlier 'audit verify' printed and that must still be in the chain.", HelpName = "HASH" };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("verify", "Check that every entry of the audit trail follows from the one before it; exit code 1 where not.")
        {
            Examples = ["loramesh audit verify", "loramesh audit verify --head 0f3a…"],
        };
        command.Add(head);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var verdict = await new RegistryClient(suite).VerifyAuditAsync(parsed.GetValue(head), cancellationToken);
            screen.Line(verdict.Intact
                ? $"{StageText.Count(verdict.Entries)} entries are as they were written. Newest hash: {verdict.Head ?? "none"}"
                : $"The audit trail was changed: {verdict.Problem}.");
            if (verdict.Unchained > 0)
            {
                screen.Line($"{StageText.Count(verdict.Unchained)} entries are older than the chain; nothing vouches for them.");
            }

            if (screen.Json)
            {
                screen.Emit(verdict);
            }

            return verdict.Intact ? ExitCode.Done : ExitCode.WorkFailed;
        });
        return command;
    }
}
