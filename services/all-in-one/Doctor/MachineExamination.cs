using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Telemetry;
using LoraMesh.Model;
using TorchSharp;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>Versions, memory, disks, libtorch and graphics cards of this machine.</summary>
internal sealed class MachineExamination(StorageOptions storage) : IExamination
{
    private const double Gibibyte = 1024.0 * 1024 * 1024;
    private const double LeastFree = 0.1;

    public string Name => "machine";

    public string Advice => "May this user read the folders that the message names?";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        yield return new Finding(Name, Verdict.Ok, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, {memory / Gibibyte:0.0} GiB of memory.");
        foreach (var folder in new[] { storage.Folder, storage.CacheFolder }.OfType<string>().Select(Path.GetFullPath).Distinct())
        {
            yield return Disk(folder);
        }

        yield return Libtorch(out var loaded);
        if (loaded)
        {
            yield return Cards();
        }
    }

    private static Finding Disk(string folder)
    {
        var (free, size) = DiskSpace.At(folder);
        var share = (double)free / size;
        var found = $"{folder}: {free / Gibibyte:0.0} of {size / Gibibyte:0.0} GiB are free.";
        return share < LeastFree
            ? new Finding("disk", Verdict.Warning, found, "Free some, or lower Storage:CacheMaxBytes and Retention:KeepVersions.")
            : new Finding("disk", Verdict.Ok, found);
    }

    private static Finding Libtorch(out bool loaded)
    {
        try
        {
            var found = TorchRuntime.Initialize();
            loaded = true;
            return new Finding("libtorch", Verdict.Ok, found);
        }
        catch (Exception missing) when (missing is DllNotFoundException or InvalidOperationException)
        {
            loaded = false;
            return new Finding("libtorch", Verdict.Problem, missing.Message, "Trainer, evaluator and inference need it; the message says what is missing.");
        }
    }

    // A card without a program that knows it is the commonest surprise.
    private static Finding Cards()
    {
        var driver = File.Exists("/proc/driver/nvidia/version");
        return (torch.cuda.is_available(), driver) switch
        {
            (true, _) => new Finding("gpu", Verdict.Ok, $"{torch.cuda.device_count()} CUDA devices."),
            (false, true) => new Finding("gpu", Verdict.Warning, "There is an NVIDIA driver, but this build computes on processors.", "Build with -p:Cuda=true, or use compose/gpu.yaml."),
            _ => new Finding("gpu", Verdict.Ok, "None; everything is computed on processors."),
        };
    }
}
