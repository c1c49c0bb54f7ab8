using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using LoraMesh.Contracts;

namespace LoraMesh.UnitTests.Contracts;

/// <summary>Namespace and name of a message are its identity on the wire, and its properties are its shape.</summary>
public sealed class WireTests
{
    [Fact]
    public void Records_NamesAndShapes_AreTheApprovedOnes()
    {
        var approved = Path.Combine(Repository.Root, "tests", "unit", "Contracts", "wire.approved.txt");
        var found = Describe();
        var received = approved.Replace("approved", "received", StringComparison.Ordinal);
        if (!File.Exists(approved) || File.ReadAllText(approved) != found)
        {
            File.WriteAllText(received, found);
        }

        Assert.True(File.Exists(approved), $"Nothing is approved yet: read {received} and rename it.");
        Assert.Equal(File.ReadAllText(approved), found);
    }

    [Fact]
    public void Records_AreSealedWithInitOnlyProperties() =>
        Assert.All(Types(), type =>
        {
            Assert.True(type.IsSealed, type.Name);
            Assert.All(Properties(type), property => Assert.Contains(
                typeof(IsExternalInit), property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers()));
        });

    private static string Describe()
    {
        var text = new StringBuilder();
        foreach (var type in Types())
        {
            text.Append(type.FullName).Append('\n');
            foreach (var property in Properties(type))
            {
                var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : string.Empty;
                text.Append("  ").Append(required).Append(property.Name).Append(": ").Append(Name(property)).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Name(PropertyInfo property)
    {
        var optional = new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable ? "?" : string.Empty;
        return Name(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) + optional;
    }

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;

    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is not null);

    private static IEnumerable<Type> Types() => typeof(BlobRef).Assembly.GetExportedTypes()
        .Where(type => !(type.IsAbstract && type.IsSealed))
        .OrderBy(type => type.FullName, StringComparer.Ordinal);
}
