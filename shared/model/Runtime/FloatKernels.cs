using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace LoraMesh.Model.Runtime;

/// <summary>
/// Routes float32 matrix products to oneDNN where libtorch's default library (MKL) leaves AVX-512 unused, as it does
/// on processors of other makers. It is the switch behind PyTorch's <c>torch.backends.mkldnn.matmul.fp32_precision</c>;
/// on processors with AMX it would round to bfloat16, so there it is left alone.
/// </summary>
internal static partial class FloatKernels
{
    // Values of at::Float32Backend, at::Float32Op and at::Float32Precision in libtorch 2.10.
    private const int BackendOneDnn = 2, OperationMatmul = 3, PrecisionBFloat16 = 3;

    // Leaf 7, sub-leaf 0 of CPUID, register EDX.
    private const int AmxTile = 1 << 24;

    internal static bool PreferOneDnn()
    {
        if (!Avx512F.IsSupported || IsIntel() || HasAmx())
        {
            return false;
        }

        try
        {
            SetFloat32Precision(GlobalContext(), BackendOneDnn, OperationMatmul, PrecisionBFloat16);
            return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // Another libtorch: only slower.
        }
    }

    private static bool IsIntel() => X86Base.CpuId(0, 0).Ebx == 0x756e6547; // "Genu"ineIntel

    private static bool HasAmx() => (X86Base.CpuId(7, 0).Edx & AmxTile) != 0;

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial IntPtr GlobalContext();

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context19setFloat32PrecisionENS_14Float32BackendENS_9Float32OpENS_16Float32PrecisionE")]
    private static partial void SetFloat32Precision(IntPtr context, int backend, int operation, int precision);
}
