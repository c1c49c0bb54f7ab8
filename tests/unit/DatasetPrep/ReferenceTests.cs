using System.Reflection;
using LoraMesh.DatasetPrep.Building;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class ReferenceTests
{
    [Fact]
    public void Assembly_WithAllItReferences_HasNoTorch()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<Assembly>([typeof(DatasetBuilder).Assembly]);
        while (open.TryDequeue(out var assembly))
        {
            foreach (var reference in assembly.GetReferencedAssemblies().Where(reference => seen.Add(reference.Name!)))
            {
                if (reference.Name!.StartsWith("LoraMesh.", StringComparison.Ordinal))
                {
                    open.Enqueue(Assembly.Load(reference));
                }
            }
        }

        Assert.Contains("LoraMesh.Text", seen);
        Assert.Contains("LoraMesh.Formats", seen);
        Assert.DoesNotContain(seen, name => name.Contains("Torch", StringComparison.OrdinalIgnoreCase) || name == "LoraMesh.Model");
    }
}
