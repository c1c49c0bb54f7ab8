using System.Diagnostics;
using LoraMesh.Hosting.Hooks;

namespace LoraMesh.UnitTests.Hosting.Hooks;

public class OperatorProgramTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(1L << 30)]
    public void Program_SeesNoSettingOfTheService(long? memoryBytes)
    {
        const string Secret = "LORAMESH_Storage__S3__SecretKey";
        Environment.SetEnvironmentVariable(Secret, "not for others");
        try
        {
            var start = OperatorProgram.Describe(["/usr/bin/env"], memoryBytes);
            start.RedirectStandardOutput = true;
            using var program = Process.Start(start)!;
            var seen = program.StandardOutput.ReadToEnd();
            program.WaitForExit();

            Assert.Equal(0, program.ExitCode);
            Assert.DoesNotContain("LORAMESH", seen, StringComparison.Ordinal);
            Assert.Contains($"PATH={Environment.GetEnvironmentVariable("PATH")}\n", seen, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Secret, null);
        }
    }
}
