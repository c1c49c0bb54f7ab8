using LoraMesh.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>Whether every service would start with the settings in the environment.</summary>
internal sealed class SettingsExamination(IServiceProvider services) : IExamination
{
    public string Name => "settings";

    public string Advice => "Correct the value that the message names.";

    public async IAsyncEnumerable<Finding> LookAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var problems = new List<string>();
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException wrong)
        {
            problems.AddRange(wrong.Failures);
        }
        catch (AggregateException several)
        {
            problems.AddRange(several.InnerExceptions.OfType<OptionsValidationException>().SelectMany(wrong => wrong.Failures));
        }

        foreach (var problem in problems)
        {
            yield return new Finding(Name, Verdict.Problem, problem, $"Set it by the variable {OptionsRegistration.EnvironmentPrefix}<section>__<key>; README lists the keys.");
        }

        if (problems.Count == 0)
        {
            yield return new Finding(Name, Verdict.Ok, "Every service would start with them.");
        }
    }
}
