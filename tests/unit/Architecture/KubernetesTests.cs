using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.Control;
using LoraMesh.Control.Registry;
using LoraMesh.DatasetPrep;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Bus;
using LoraMesh.Hosting.Configuration;
using YamlDotNet.RepresentationModel;

namespace LoraMesh.UnitTests.Architecture;

/// <summary>What compose/kubernetes promises: rights of every container, and names that the code knows too.</summary>
public sealed class KubernetesTests
{
    private static readonly Dictionary<string, Type> Sections = new()
    {
        [AccessOptions.Section] = typeof(AccessOptions),
        [BusOptions.Section] = typeof(BusOptions),
        [StorageOptions.Section] = typeof(StorageOptions),
        [JobOptions.Section] = typeof(JobOptions),
        [ControlOptions.Section] = typeof(ControlOptions),
        [LoraMesh.Control.Dashboard.DashboardOptions.Section] = typeof(LoraMesh.Control.Dashboard.DashboardOptions),
        [DatabaseOptions.Section] = typeof(DatabaseOptions),
        [DatasetPrepOptions.Section] = typeof(DatasetPrepOptions),
    };

    public static TheoryData<string> Workloads => new(KubernetesManifests.Workloads.Select(KubernetesManifests.Name));

    public static TheoryData<string> Services => new(Deployments.Select(KubernetesManifests.Name));

    private static IEnumerable<YamlMappingNode> Deployments => KubernetesManifests.Workloads.Where(workload => workload.Text("kind") == "Deployment");

    [Fact]
    public void Base_Deployments_AreTheFiveServices() =>
        Assert.Equal(["control", "dataset-prep", "evaluator", "inference", "trainer"], Deployments.Select(KubernetesManifests.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Pod_Rights_AreNone(string name)
    {
        var pod = Pod(name);

        Assert.Equal("false", pod.Text("automountServiceAccountToken"));
        Assert.Equal("true", pod.Text("securityContext/runAsNonRoot"));
        Assert.Equal("1654", pod.Text("securityContext/runAsUser"));
        Assert.Equal("RuntimeDefault", pod.Text("securityContext/seccompProfile/type"));
        Assert.All(Containers(pod), container =>
        {
            Assert.Equal("false", container.Text("securityContext/allowPrivilegeEscalation"));
            Assert.Equal("true", container.Text("securityContext/readOnlyRootFilesystem"));
            Assert.Equal("ALL", container.Text("securityContext/capabilities/drop/0"));
            Assert.All(new[] { "requests/cpu", "requests/memory", "limits/cpu", "limits/memory" }, bound => Assert.NotNull(container.Text($"resources/{bound}")));
        });
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_Supervision_AsksTheHealthEndpoints(string name)
    {
        var pod = Pod(name);

        Assert.All(Containers(pod), container =>
        {
            Assert.Equal("/health/live", container.Text("startupProbe/httpGet/path"));
            Assert.Equal("/health/live", container.Text("livenessProbe/httpGet/path"));
            Assert.Equal("/health/ready", container.Text("readinessProbe/httpGet/path"));
        });

        // The host itself gives what runs 30 s; a preStop hook comes on top of that.
        Assert.True(int.Parse(pod.Text("terminationGracePeriodSeconds")!, CultureInfo.InvariantCulture) >= 45);
        Assert.Contains(KubernetesManifests.OfKind("PodDisruptionBudget"), budget => BudgetedService(budget) == name);
    }

    [Fact]
    public void Scaling_Queues_AreThoseOfTheCommands()
    {
        var commands = CommandQueues.Services.ToDictionary(pair => pair.Value, pair => CommandQueues.Name(pair.Value, pair.Key));

        var scaled = KubernetesManifests.OfKind("ScaledObject").ToDictionary(
            document => document.Text("spec/scaleTargetRef/name")!,
            document => document.List("spec/triggers").Single(trigger => trigger.Text("type") == "rabbitmq").Text("metadata/queueName")!);

        Assert.Equal(commands.OrderBy(pair => pair.Key, StringComparer.Ordinal), scaled.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("dataset-prep", RunStates.Preparing)]
    [InlineData("trainer", RunStates.Training)]
    [InlineData("evaluator", RunStates.Evaluating)]
    public void Scaling_WorkInHand_IsCountedByTheStateOfRuns(string service, string state)
    {
        var scaled = KubernetesManifests.OfKind("ScaledObject").Single(document => document.Text("spec/scaleTargetRef/name") == service);

        var place = scaled.List("spec/triggers").Single(trigger => trigger.Text("type") == "metrics-api").Text("metadata/valueLocation");

        Assert.Equal($"data.#(state==\"{state}\")#|#", place);
    }

    [Fact]
    public void Settings_Keys_AreKnownToTheServices()
    {
        var keys = Settings().Select(setting => setting.Key).ToList();

        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.True(IsKnown(key), $"No service knows {key}."));
    }

    [Fact]
    public void Settings_Secrets_AreFilesOfMountedSecrets()
    {
        var files = Settings().Where(setting => setting.Key.EndsWith("File", StringComparison.Ordinal)).Select(setting => setting.Value).ToList();
        var mounted = KubernetesManifests.OfKind("Deployment").SelectMany(document => Containers(document.At("spec/template/spec")))
            .SelectMany(container => container.List("volumeMounts")).Select(mount => mount.Text("mountPath")).ToHashSet();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Contains(Path.GetDirectoryName(file), mounted));
        Assert.DoesNotContain(Settings(), setting => setting.Key.EndsWith("Password", StringComparison.Ordinal) || setting.Key.EndsWith("SecretKey", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_Hosts_AreServicesOfTheNamespace()
    {
        var services = KubernetesManifests.OfKind("Service").Select(KubernetesManifests.Name).ToHashSet();
        var settings = Settings().ToDictionary(setting => setting.Key, setting => setting.Value);

        Assert.Contains(settings["LORAMESH_Bus__Host"], services);
        Assert.Contains(new Uri(settings["LORAMESH_Storage__S3__Endpoint"]).Host, services);
        Assert.Contains(settings["LORAMESH_Database__Host"], services);
    }

    [Fact]
    public void Network_WithoutARule_IsClosedBothWays()
    {
        var closed = KubernetesManifests.OfKind("NetworkPolicy").Where(policy => policy.At("spec/podSelector") is YamlMappingNode { Children.Count: 0 }
            && policy.At("spec/egress") is null && policy.At("spec/ingress") is null);

        Assert.Equal(["Ingress", "Egress"], Assert.Single(closed).List("spec/policyTypes").Select(type => ((YamlScalarNode)type).Value));
    }

    private static YamlNode Pod(string workload) => KubernetesManifests.Workloads.Single(document => document.Name() == workload).At("spec/template/spec")!;

    private static IEnumerable<YamlNode> Containers(YamlNode? pod) => pod.List("containers").Concat(pod.List("initContainers"));

    private static string? BudgetedService(YamlNode budget) =>
        budget.At("spec/selector/matchLabels") is YamlMappingNode labels && labels.Children.TryGetValue(new YamlScalarNode("app.kubernetes.io/name"), out var name)
            ? ((YamlScalarNode)name).Value
            : null;

    private static IEnumerable<(string Key, string Value)> Settings() =>
        File.ReadLines(Path.Combine(KubernetesManifests.Folder, "base", "settings.env"))
            .Where(line => line.StartsWith(OptionsRegistration.EnvironmentPrefix, StringComparison.Ordinal))
            .Select(line => line.Split('=', 2)).Select(pair => (pair[0], pair[1]))
            .Concat(KubernetesManifests.OfKind("Deployment").SelectMany(document => Containers(document.At("spec/template/spec")))
                .SelectMany(container => container.List("env"))
                .Select(variable => (variable.Text("name")!, variable.Text("value")!)))
            .Distinct();

    private static bool IsKnown(string variable)
    {
        if (!variable.StartsWith(OptionsRegistration.EnvironmentPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        var steps = variable[OptionsRegistration.EnvironmentPrefix.Length..].Split("__");
        var type = Sections.GetValueOrDefault(steps[0]);
        foreach (var step in steps.Skip(1))
        {
            type = type?.GetProperty(step)?.PropertyType;
        }

        return steps.Length > 1 && type is not null;
    }
}
