using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Binding of options that are checked before the process serves anyone.</summary>
public static class OptionsRegistration
{
    /// <summary>Prefix of environment variables: <c>LORAMESH_Storage__Folder</c> sets <c>Storage:Folder</c>.</summary>
    public const string EnvironmentPrefix = "LORAMESH_";

    /// <summary>
    /// Binds a section and checks its data annotations and its <c>IValidatableObject</c> when the host starts;
    /// every wrong key is named with its value and bounds in one <see cref="OptionsValidationException"/>.
    /// </summary>
    public static OptionsBuilder<TOptions> AddCheckedOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddSingleton<IValidateOptions<TOptions>>(new AnnotatedOptions<TOptions>(section));
        return services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
    }

    /// <summary>Adds the environment variables with our prefix, once; what is added later wins over them.</summary>
    public static IConfigurationBuilder AddLoraMeshEnvironment(this IConfigurationBuilder configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var known = configuration.Sources
            .OfType<Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationSource>()
            .Any(source => source.Prefix == EnvironmentPrefix);
        return known ? configuration : configuration.AddEnvironmentVariables(EnvironmentPrefix);
    }
}
