using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Checks data annotations and names each wrong key with what was found.</summary>
internal sealed class AnnotatedOptions<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var problems = new List<ValidationResult>();
        // Property rules and cross-field rules are asked separately: the validator stops after the former.
        Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true);
        if (options is IValidatableObject crossing && problems.Count > 0)
        {
            problems.AddRange(crossing.Validate(new ValidationContext(options)));
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.SelectMany(problem => Describe(options, problem)));
    }

    private IEnumerable<string> Describe(TOptions options, ValidationResult problem)
    {
        var members = problem.MemberNames.DefaultIfEmpty("").ToList();
        foreach (var member in members)
        {
            var value = typeof(TOptions).GetProperty(member)?.GetValue(options);
            yield return string.Create(CultureInfo.InvariantCulture, $"{section}:{member} is '{value}': {problem.ErrorMessage}");
        }
    }
}
