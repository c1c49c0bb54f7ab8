namespace LoraMesh.DatasetPrep.Rows;

/// <summary>The roles of messages, and the other names that data give them.</summary>
internal static class Roles
{
    public const string System = "system";
    public const string User = "user";
    public const string Assistant = "assistant";
    public const string Tool = "tool";

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        [System] = System,
        ["developer"] = System,
        ["context"] = System,
        [User] = User,
        ["human"] = User,
        ["customer"] = User,
        ["prompter"] = User,
        [Assistant] = Assistant,
        ["gpt"] = Assistant,
        ["chatgpt"] = Assistant,
        ["bot"] = Assistant,
        ["model"] = Assistant,
        ["ai"] = Assistant,
        ["agent"] = Assistant,
        ["function_call"] = Assistant,
        [Tool] = Tool,
        ["function"] = Tool,
        ["ipython"] = Tool,
        ["observation"] = Tool,
        ["tool_response"] = Tool,
        ["function_response"] = Tool,
    };

    /// <summary>Whether it is one of the four.</summary>
    public static bool IsOne(string role) => role is System or User or Assistant or Tool;

    /// <summary>The role that another name stands for; null where it stands for none.</summary>
    public static string? Named(string alias) => Aliases.GetValueOrDefault(alias.Trim());
}
