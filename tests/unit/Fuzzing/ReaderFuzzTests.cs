using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace LoraMesh.UnitTests.Fuzzing;

/// <summary>
/// Damaged files end in the documented exceptions: never in another, never in more time or memory than a bound. The suite
/// reads a short slice; LORAMESH_FUZZ_INPUTS=300000 makes it that many inputs a target, and LORAMESH_FUZZ_SEED=n others
/// (README.md beside this file).
/// </summary>
public sealed class ReaderFuzzTests(ITestOutputHelper output)
{
    private const int InputsInSuite = 1_500;

    // Far above what any input takes; a hang would be without end. A rendering may use up its ten million steps.
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(30);
    private const long MaxAllocatedBytes = 4L << 30;

    public static TheoryData<string> Targets => new(FuzzTargets.All.Select(target => target.Name));

    [Theory]
    [MemberData(nameof(Targets))]
    public void Reader_DamagedInput_IsReadOrRefused(string name)
    {
        var target = FuzzTargets.All.Single(t => t.Name == name);
        var (inputs, seed) = (Setting("LORAMESH_FUZZ_INPUTS", InputsInSuite), Setting("LORAMESH_FUZZ_SEED", 1));
        var mutator = new Mutator(seed, target.Words);
        var (read, slowest, largest) = (0, TimeSpan.Zero, 0L);
        using var guard = new InputGuard(name, seed, 2 * MaxTime);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < inputs; i++)
        {
            var input = mutator.Next(target.Seeds);
            guard.Begin(i, input);
            var (started, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            try
            {
                target.Read(input);
                read++;
            }
            catch (Exception failure) when (target.Refuses.Contains(failure.GetType()))
            {
                Assert.NotEmpty(failure.Message);
            }
            catch (Exception failure)
            {
                Assert.Fail($"{name}, seed {seed}, input {i}: {failure}\n{Convert.ToBase64String(input)}");
            }

            var took = Stopwatch.GetElapsedTime(started);
            var used = GC.GetAllocatedBytesForCurrentThread() - allocated;
            (slowest, largest) = (took > slowest ? took : slowest, Math.Max(largest, used));
            Assert.True(took < MaxTime && used < MaxAllocatedBytes, $"{name}, seed {seed}, input {i}: {took}, {used} bytes\n{Convert.ToBase64String(input)}");
        }

        output.WriteLine($"{name}, seed {seed}: {inputs} inputs in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s, {read} read, slowest {slowest.TotalMilliseconds:0} ms, at most {largest >> 20} MiB allocated by one");
        Assert.InRange(read, 1, inputs);
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
