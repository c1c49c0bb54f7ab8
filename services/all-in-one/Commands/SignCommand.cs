using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Provenance;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model sign</c>: a signature over every file of a folder.</summary>
internal static class SignCommand
{
    internal static Command Create(Screen screen)
    {
        var folder = new Option<string>("--adapter") { Description = "Folder to sign: an adapter, or any model.", HelpName = "DIR", Required = true };
        var key = new Option<string>("--key") { Description = "Private key in PEM, on P-256, P-384 or P-521.", HelpName = "FILE", Required = true };
        var command = new TaughtCommand("sign", "Write model.sig into a folder, in the format of OpenSSF model signing.")
        {
            Examples = ["loramesh model sign --adapter adapter --key signing.pem"],
        };
        command.Add(folder);
        command.Add(key);
        command.Add(SharedOptions.Json());
        command.SetAction(parsed => Sign(screen, parsed.GetRequiredValue(folder), parsed.GetRequiredValue(key)));
        return command;
    }

    private static int Sign(Screen screen, string folder, string keyFile)
    {
        NamedFolder.Check("--adapter", folder);
        using var key = KeyFile.Read("--key", keyFile, SigningKey.FromPem);
        try
        {
            var files = SignedFile.OfFolder(folder);
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
            var path = Path.Combine(folder, ModelSignature.FileName);
            File.WriteAllText(path, ModelSignature.Sign(name, files, key));
            screen.Line($"{files.Count} files signed in {path} with the key {key.Public.Hint}");
            if (screen.Json)
            {
                screen.Emit(new { signature = path, files = files.Count, hint = key.Public.Hint });
            }

            return ExitCode.Done;
        }
        catch (SignatureRefusedException refused)
        {
            throw new CommandException(ExitCode.RefusedInput, refused.Code, $"{folder}: {refused.Message}", refused);
        }
    }
}
