using System.Runtime.CompilerServices;

namespace LoraMesh.Text.Jinja;

// What one rendering may use. A template comes with a downloaded model: it must not be able to hang or fill a service.
internal sealed class Budget
{
    public const int MaxTextLength = 16 << 20;
    public const int MaxItems = 1_000_000;
    private const long MaxSteps = 10_000_000;
    private const int MaxMacroDepth = 200;

    private long _steps;
    private int _depth;

    public void Spend(long steps = 1)
    {
        _steps += steps;
        if (_steps > MaxSteps)
        {
            throw new JinjaException($"rendering takes more than {MaxSteps} steps; the template loops without end, or the conversation is too large for it");
        }
    }

    public string Check(string text)
    {
        CheckLength(text.Length);
        Spend(text.Length / 16);
        return text;
    }

    public static void CheckLength(long length)
    {
        if (length > MaxTextLength)
        {
            throw new JinjaException($"a text of {length} characters is over the limit of {MaxTextLength}");
        }
    }

    public void CheckItems(long count)
    {
        if (count > MaxItems)
        {
            throw new JinjaException($"a list of {count} items is over the limit of {MaxItems}");
        }

        Spend(count);
    }

    public void EnterMacro()
    {
        if (++_depth > MaxMacroDepth)
        {
            throw new JinjaException($"macros and recursive loops call each other more than {MaxMacroDepth} deep");
        }
    }

    public void LeaveMacro() => _depth--;

    // Nested values and syntax are walked by recursion; a stack overflow could not be caught.
    public static void CheckStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new JinjaException("values or expressions are nested too deep");
        }
    }
}
