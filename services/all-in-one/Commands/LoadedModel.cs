using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Model;

namespace LoraMesh.AllInOne.Commands;

/// <summary>A base model and, where one is named, an adapter over it, as the verbs of <c>model</c> read them.</summary>
public sealed class LoadedModel : IDisposable
{
    private LoadedModel(CausalLm model, LoraAdapter? adapter) => (Model, Adapter) = (model, adapter);

    /// <summary>The base.</summary>
    public CausalLm Model { get; }

    /// <summary>The adapter, or null for the base alone.</summary>
    public LoraAdapter? Adapter { get; }

    /// <summary>Loads both.</summary>
    /// <exception cref="CommandException">A folder is missing, or what it holds is refused.</exception>
    public static LoadedModel Load(Screen screen, string modelFolder, string? adapterFolder)
    {
        NamedFolder.Check("--model", modelFolder);
        if (adapterFolder is not null)
        {
            NamedFolder.Check("--adapter", adapterFolder);
        }

        TorchRuntime.Initialize();
        screen.ErrorLine($"Reading {modelFolder}");
        var model = Read("--model", modelFolder, () => CausalLm.Load(modelFolder));
        try
        {
            return new LoadedModel(model, adapterFolder is null ? null : Read("--adapter", adapterFolder, () => LoraAdapter.Load(adapterFolder, model.Config)));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Reads something of a folder; what the folder's files make impossible becomes the command's end.</summary>
    /// <exception cref="CommandException">A file is missing, malformed, or asks for what is not built.</exception>
    public static T Read<T>(string option, string folder, Func<T> read)
    {
        NamedFolder.Check(option, folder);
        try
        {
            return read();
        }
        catch (UnsupportedModelException failure)
        {
            throw new CommandException(ExitCode.RefusedInput, "unsupported", failure.Message, failure);
        }
        catch (InvalidDataException failure)
        {
            throw new CommandException(ExitCode.RefusedInput, "malformed", failure.Message, failure);
        }
        catch (FileNotFoundException failure)
        {
            throw new CommandException(ExitCode.RefusedInput, "no_such_file", failure.Message, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Adapter?.Dispose();
        Model.Dispose();
    }
}
