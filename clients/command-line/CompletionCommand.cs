using System.CommandLine;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh completion</c>: what a shell needs to complete commands and options; the program itself is asked what fits.</summary>
public static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # Completion of loramesh for bash: eval "$(loramesh completion bash)"
            _loramesh() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(loramesh "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2> /dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _loramesh loramesh
            """,
        ["zsh"] = """
            #compdef loramesh
            # Completion of loramesh for zsh: eval "$(loramesh completion zsh)", after compinit
            _loramesh() {
                local -a found
                found=("${(@f)$(loramesh "[suggest:${#BUFFER}]" "${BUFFER}" 2> /dev/null)}")
                compadd -a found || _files
            }
            compdef _loramesh loramesh
            """,
        ["fish"] = """
            # Completion of loramesh for fish: loramesh completion fish > ~/.config/fish/completions/loramesh.fish
            complete -c loramesh -a '(set -l line (commandline -cp); loramesh "[suggest:"(string length -- "$line")"]" "$line" 2> /dev/null)'
            """,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new TaughtCommand("completion", "Print a script by which a shell completes commands, options and their values.")
        {
            Examples = ["loramesh completion bash", "loramesh completion zsh", "loramesh completion fish"],
        };
        command.Add(shell);
        command.SetAction(parsed =>
        {
            screen.Answers.WriteLine(Scripts[parsed.GetRequiredValue(shell)]);
            return ExitCode.Done;
        });
        return command;
    }
}
