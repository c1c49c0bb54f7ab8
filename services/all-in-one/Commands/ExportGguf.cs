using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Model.Gguf;
using LoraMesh.Model;
using LoraMesh.Text.Gguf;
using LoraMesh.Text;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Writes the GGUF file that was asked for, and says where llama.cpp may differ.</summary>
internal static class ExportGguf
{
    // So many tensors between two lines of progress.
    private const int ShownEvery = 50;

    internal static int Run(Screen screen, ExportGgufRequest request, CancellationToken cancellationToken)
    {
        if (request.Merge && request.Adapter is null)
        {
            throw new CommandException(ExitCode.WrongCommand, "no_adapter", "--merge needs --adapter: the adapter to merge into the base model.");
        }

        if (Directory.Exists(request.Output) || Path.GetDirectoryName(Path.GetFullPath(request.Output)) is not { } folder || !Directory.Exists(folder))
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_folder", $"--out {request.Output} must be a file in a folder that exists (looked at {Path.GetFullPath(request.Output)}).");
        }

        return request.Adapter is not null && !request.Merge ? Adapter(screen, request) : Base(screen, request, cancellationToken);
    }

    private static int Adapter(Screen screen, ExportGgufRequest request)
    {
        if (request.Type is { } type and not "f32")
        {
            throw new CommandException(ExitCode.WrongCommand, "adapter_type", $"--outtype is {type}, but adapters are written in f32 only. Leave it out, or add --merge for a base model of that type.");
        }

        LoadedModel.Read("--model", request.Model, () => request.Model);
        var pairs = LoadedModel.Read("--adapter", request.Adapter!, () => AdapterExport.Write(request.Model, request.Adapter!, request.Output));
        screen.Line($"{pairs} pairs written to {request.Output}");
        if (screen.Json)
        {
            screen.Emit(new { output = request.Output, pairs });
        }

        return ExitCode.Done;
    }

    private static int Base(Screen screen, ExportGgufRequest request, CancellationToken cancellationToken)
    {
        if (request.Adapter is { } adapter)
        {
            LoadedModel.Read("--adapter", adapter, () => adapter);
            TorchRuntime.Initialize();
        }

        var config = LoadedModel.Read("--model", request.Model, () => ModelConfig.Read(request.Model));
        var vocabulary = Vocabulary(request.Model, config);
        var written = LoadedModel.Read("--model", request.Model, () => BaseExport.Write(
            request.Model, request.Adapter, Name(request.Model, vocabulary), request.Output, request.Type ?? "f32", VocabularyKeys.Of(vocabulary), Show, cancellationToken));
        IReadOnlyList<string> notes = [.. written.Notes, .. vocabulary.Notes];
        foreach (var note in notes)
        {
            screen.ErrorLine($"Note: {note}");
        }

        screen.Line($"{written.Tensors} tensors, {written.Bytes:N0} bytes written to {request.Output}; context {written.ContextLength} tokens");
        if (screen.Json)
        {
            screen.Emit(new { output = request.Output, written.Tensors, written.Bytes, written.ContextLength, notes });
        }

        return ExitCode.Done;

        void Show(int done, int of)
        {
            if (done % ShownEvery == 0 || done == of)
            {
                screen.ErrorLine($"{done} of {of} tensors");
            }
        }
    }

    private static string Name(string model, GgufVocabulary vocabulary)
    {
        string[] special = ["phi3", "phi-3"];
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model)));
        var has = special.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
        return has == vocabulary.IsPhi3 ? name
            : vocabulary.IsPhi3 ? $"{name}-phi3"
            : special.Aggregate(name, (text, part) => text.Replace(part, "phi_3", StringComparison.OrdinalIgnoreCase));
    }

    private static GgufVocabulary Vocabulary(string model, ModelConfig config)
    {
        try
        {
            return GgufVocabulary.Read(model, config.VocabSize, config.EosTokenIds);
        }
        catch (Exception failure) when (failure is TokenizerFormatException or UnsupportedTokenizerException)
        {
            throw new CommandException(ExitCode.RefusedInput, "tokenizer", $"--model {model}: {failure.Message}", failure);
        }
    }
}
