using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Provenance;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model verify</c>: whether a folder is what somebody who is trusted has signed.</summary>
internal static class VerifyCommand
{
    internal static Command Create(Screen screen)
    {
        var folder = new Option<string>("--adapter") { Description = "Folder with its model.sig.", HelpName = "DIR", Required = true };
        var trust = new Option<string>("--trust") { Description = "Public keys in PEM, one or several.", HelpName = "FILE", Required = true };
        var ignored = new Option<bool>("--allow-ignored") { Description = "Put up with files that the signature itself leaves out." };
        var command = new TaughtCommand("verify", "Check a folder against its signature; exit code 3 where it is not what was signed.")
        {
            Examples = ["loramesh model verify --adapter adapter --trust signing.pem.pub"],
        };
        command.Add(folder);
        command.Add(trust);
        command.Add(ignored);
        command.Add(SharedOptions.Json());
        command.SetAction(parsed => Verify(screen, parsed.GetRequiredValue(folder), parsed.GetRequiredValue(trust), parsed.GetValue(ignored)));
        return command;
    }

    private static int Verify(Screen screen, string folder, string trustFile, bool allowIgnored)
    {
        NamedFolder.Check("--adapter", folder);
        var keys = KeyFile.Read("--trust", trustFile, TrustedKey.FromPem);
        try
        {
            UnsafeFiles.Refuse(folder);
            var files = SignedFile.OfFolder(folder);
            var key = ModelSignature.Verify(ReadSignature(folder), files, keys, strict: !allowIgnored);
            screen.Line($"{folder} is what the key {key.Hint} signed: {files.Count} files.");
            if (screen.Json)
            {
                screen.Emit(new { folder, verified = true, files = files.Count, hint = key.Hint });
            }

            return ExitCode.Done;
        }
        catch (SignatureRefusedException refused)
        {
            throw new CommandException(ExitCode.RefusedInput, refused.Code, $"{folder} is refused: {refused.Message}", refused);
        }
    }

    private static string ReadSignature(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, ModelSignature.FileName));
        return !file.Exists ? throw new SignatureRefusedException("signature_missing", $"it is not signed: there is no {ModelSignature.FileName} in it.")
            : file.Length > ModelSignature.MaxBytes ? throw new SignatureRefusedException("signature_malformed", $"{ModelSignature.FileName} has {file.Length} bytes, more than any signature.")
            : File.ReadAllText(file.FullName);
    }
}
