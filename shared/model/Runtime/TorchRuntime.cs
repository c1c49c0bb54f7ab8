using System.Runtime.InteropServices;
using LoraMesh.Model.Runtime;
using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace LoraMesh.Model;

/// <summary>Loads libtorch once per process, on systems too whose C++ runtime is older than TorchSharp asks for.</summary>
public static class TorchRuntime
{
    /// <summary>Folder to take libtorch from instead of the one beside the program.</summary>
    public const string FolderVariable = "LORAMESH_LIBTORCH";

    private const string Binding = "libLibTorchSharp.so";

    // The C++ runtime version that the binding of TorchSharp 0.107.0 asks for; GCC 13 brought it.
    private const string NeededVersion = "GLIBCXX_3.4.32";

    private static readonly Lock Gate = new();
    private static string? _summary;

    /// <summary>
    /// Loads libtorch, sets passive waiting of its threads, and says in one line what was done. Later calls change the
    /// number of threads only. Call it before anything else touches TorchSharp. Thread-safe.
    /// </summary>
    /// <param name="threads">Threads within one operation; null for one per processor.</param>
    /// <exception cref="DllNotFoundException">libtorch is missing or does not load; the message says why and what to do.</exception>
    /// <exception cref="InvalidOperationException">The environment asks libtorch for something that makes it compute wrongly.</exception>
    public static string Initialize(int? threads = null)
    {
        lock (Gate)
        {
            _summary ??= Load();
            torch.set_num_threads(threads ?? Environment.ProcessorCount);
            return $"{_summary}, {torch.get_num_threads()} threads";
        }
    }

    /// <summary>
    /// Gives the system back what tensors no longer need. The allocator keeps it for the next ones, but seldom finds in it what is asked
    /// for, since tensors are aligned: without this, several trainings by turns take the memory of as many steps.
    /// </summary>
    public static void ReleaseFreeMemory()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = LibC.Trim(0);
        }
    }

    private static string Load()
    {
        if (string.Equals(Environment.GetEnvironmentVariable("OMP_DYNAMIC"), "true", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException("OMP_DYNAMIC=true makes libtorch compute wrong numbers. Unset it and start again.");
        }

        if (!OperatingSystem.IsLinux())
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            return "libtorch loaded";
        }

        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            // Spinning threads take the processor from each other as soon as anything else runs beside them.
            _ = LibC.SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
        }

        var folder = FindFolder();
        foreach (var library in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
        {
            NativeLibrary.Load(Path.Combine(folder, library));
        }

        var bindingPath = FindBinding(folder);
        var weakened = !NativeLibrary.TryLoad(bindingPath, out var binding);
        if (weakened)
        {
            binding = LoadWeakened(bindingPath);
        }

        NativeLibrary.SetDllImportResolver(
            typeof(torch).Assembly, (name, _, _) => name == "LibTorchSharp" ? binding : IntPtr.Zero);
        var faster = FloatKernels.PreferOneDnn();
        return "libtorch loaded"
            + (weakened ? $" (this system's C++ runtime lacks {NeededVersion}: the need was marked weak in a copy in memory, no file was changed)" : string.Empty)
            + (faster ? ", float32 products through oneDNN" : string.Empty);
    }

    private static string FindFolder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } chosen)
        {
            return File.Exists(Path.Combine(chosen, "libtorch_cpu.so"))
                ? chosen
                : throw new DllNotFoundException($"{FolderVariable} is {chosen}, where there is no libtorch_cpu.so. Name the lib folder of libtorch, or unset it.");
        }

        return Candidates().FirstOrDefault(folder => File.Exists(Path.Combine(folder, "libtorch_cpu.so")))
            ?? throw new DllNotFoundException(
                $"libtorch_cpu.so is in none of: {string.Join(", ", Candidates())}. Build for linux-x64 with the package libtorch-cpu-linux-x64, or name libtorch's folder in {FolderVariable}.");
    }

    private static string FindBinding(string folder) =>
        Candidates().Prepend(folder).Select(candidate => Path.Combine(candidate, Binding)).FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException($"{Binding} of the package TorchSharp is in none of: {string.Join(", ", Candidates())}.");

    private static IEnumerable<string> Candidates()
    {
        yield return AppContext.BaseDirectory;
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        var searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty;
        foreach (var folder in searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }
    }

    // A file in memory leaves nothing behind, needs no writable folder, and nobody else can have planted it.
    private static IntPtr LoadWeakened(string path)
    {
        var elf = File.ReadAllBytes(path);
        if (VersionNeed.MarkWeak(elf, NeededVersion) == 0)
        {
            NativeLibrary.Load(path); // Throws with the loader's own reason, which is another one.
        }

        var descriptor = LibC.CreateMemoryFile(Binding, LibC.CloseOnExec);
        if (descriptor < 0)
        {
            throw new DllNotFoundException($"{path} needs {NeededVersion}, which this system's C++ runtime lacks, and no file could be made in memory for a changed copy (error {Marshal.GetLastPInvokeError()}).");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, elf, 0);
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }
}
