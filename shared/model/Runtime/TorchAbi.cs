using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LoraMesh.Model.Runtime;

/// <summary>libtorch's C interface (torch/csrc/inductor/aoti_torch/c/shim.h), for what TorchSharp does not wrap.</summary>
internal static unsafe partial class TorchAbi
{
    /// <summary>The address of a CPU tensor's first element; valid while the tensor lives.</summary>
    internal static void* Address(Tensor tensor)
    {
        Check(GetDataPointer(tensor.Handle, out var address), "aoti_torch_get_data_ptr");
        return address;
    }

    /// <summary>A CPU tensor over memory that someone else owns and keeps alive longer; nothing is copied.</summary>
    internal static Tensor View(void* data, ReadOnlySpan<long> sizes, ScalarType type)
    {
        var strides = new long[sizes.Length];
        var stride = 1L;
        for (var i = sizes.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= sizes[i];
        }

        fixed (long* size = sizes, step = strides)
        {
            Check(CreateFromBlob(data, sizes.Length, size, step, 0, (int)type, 0, 0, out var handle), "aoti_torch_create_tensor_from_blob");
            return Tensor.UnsafeCreateTensor(handle);
        }
    }

    private static void Check(int error, string call)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"{call} failed with error {error}.");
        }
    }

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_get_data_ptr")]
    private static partial int GetDataPointer(IntPtr tensor, out void* address);

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_create_tensor_from_blob")]
    private static partial int CreateFromBlob(
        void* data, long dimensions, long* sizes, long* strides, long offset, int type, int deviceType, int deviceIndex, out IntPtr tensor);
}
