using System.Runtime.InteropServices;

namespace LoraMesh.Model.Runtime;

/// <summary>The few calls of the C library that .NET does not wrap.</summary>
internal static partial class LibC
{
    internal const uint CloseOnExec = 1; // MFD_CLOEXEC

    // Environment.SetEnvironmentVariable does not reach native code, which reads the process's own block.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int CreateMemoryFile(string name, uint flags);

    // glibc alone has it; libtorch needs glibc anyway.
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    internal static partial int Trim(nuint pad);
}
