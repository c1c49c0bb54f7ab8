using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Provenance;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh model keygen</c>: a key that signs adapters.</summary>
internal static class KeygenCommand
{
    internal static Command Create(Screen screen)
    {
        var output = new Option<string>("--out") { Description = "File for the private key; the public one is written beside it with .pub at the end.", HelpName = "FILE", Required = true };
        var command = new TaughtCommand("keygen", "Make a key on the curve P-256 that signs adapters; only its owner may read the file.")
        {
            Examples = ["loramesh model keygen --out signing.pem"],
        };
        command.Add(output);
        command.Add(SharedOptions.Json());
        command.SetAction(parsed => Write(screen, parsed.GetRequiredValue(output)));
        return command;
    }

    private static int Write(Screen screen, string path)
    {
        using var key = SigningKey.Create();
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new StreamWriter(path, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false), options))
            {
                file.Write(key.ToPem());
            }

            File.WriteAllText(path + ".pub", key.Public.Pem);
        }
        catch (IOException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "not_written", $"--out {path}: {failure.Message} A key that is there is never overwritten.", failure);
        }

        screen.Line($"Private key in {path}: Provenance:SigningKeyFile of the trainer. Public key in {path}.pub: Provenance:TrustedKeysFile of evaluator and inference.");
        if (screen.Json)
        {
            screen.Emit(new { key = path, publicKey = path + ".pub", hint = key.Public.Hint });
        }

        return ExitCode.Done;
    }
}
