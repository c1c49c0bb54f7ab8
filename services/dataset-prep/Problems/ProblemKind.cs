namespace LoraMesh.DatasetPrep.Problems;

/// <summary>The stable words for what can be wrong with dropped data.</summary>
public static class ProblemKind
{
    /// <summary>The file's type is not one that is read.</summary>
    public const string UnsupportedFormat = "unsupported_format";

    /// <summary>The file has no rows.</summary>
    public const string EmptyFile = "empty_file";

    /// <summary>The file has more bytes than the configuration allows.</summary>
    public const string FileTooLarge = "file_too_large";

    /// <summary>More rows than the configuration allows for one dataset.</summary>
    public const string TooManyRows = "too_many_rows";

    /// <summary>More tokens than one split can hold.</summary>
    public const string TooManyTokens = "too_many_tokens";

    /// <summary>One row has more bytes than are read at once.</summary>
    public const string LineTooLong = "line_too_long";

    /// <summary>Bytes that are not UTF-8.</summary>
    public const string NotUtf8 = "not_utf8";

    /// <summary>Text that is not JSON.</summary>
    public const string NotJson = "not_json";

    /// <summary>A row that is JSON, but no object.</summary>
    public const string NotAnObject = "not_an_object";

    /// <summary>A NUL character.</summary>
    public const string ControlCharacters = "control_characters";

    /// <summary>An escape such as <c>\ud83d</c> without its other half.</summary>
    public const string LoneSurrogate = "lone_surrogate";

    /// <summary>One object has the same key twice.</summary>
    public const string DuplicateKey = "duplicate_key";

    /// <summary>The row's fields belong to none of the schemas that are read.</summary>
    public const string UnknownSchema = "unknown_schema";

    /// <summary>A field that the schema needs is absent.</summary>
    public const string MissingField = "missing_field";

    /// <summary>A field holds another JSON type than the schema says.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>A field that would be lost and changes what the row means, such as <c>tool_calls</c>.</summary>
    public const string UnsupportedField = "unsupported_field";

    /// <summary>A text without a visible character, or a conversation without a message.</summary>
    public const string EmptyContent = "empty_content";

    /// <summary>A role other than system, user and assistant.</summary>
    public const string UnknownRole = "unknown_role";

    /// <summary>Roles that do not alternate as they must.</summary>
    public const string RoleOrder = "role_order";

    /// <summary>A conversation in which the assistant says nothing.</summary>
    public const string NoAssistantTurn = "no_assistant_turn";

    /// <summary>A conversation that ends with someone else's turn.</summary>
    public const string LastTurnNotAssistant = "last_turn_not_assistant";

    /// <summary>The model's chat template refuses the row.</summary>
    public const string TemplateError = "template_error";

    /// <summary>The row has more tokens than fit.</summary>
    public const string TooLong = "too_long";

    /// <summary>No token of the row would carry loss.</summary>
    public const string NoSupervisedTokens = "no_supervised_tokens";

    /// <summary>The field that the split goes by is missing, or cannot be read.</summary>
    public const string NoSplitField = "no_split_field";

    /// <summary>The row asks what a regression set asks.</summary>
    public const string Contaminated = "contaminated";

    /// <summary>An e-mail address.</summary>
    public const string PersonalEmail = "personal_email";

    /// <summary>A telephone number.</summary>
    public const string PersonalPhone = "personal_phone";

    /// <summary>An international bank account number with a right check number.</summary>
    public const string PersonalIban = "personal_iban";

    /// <summary>A payment card number with a right check digit.</summary>
    public const string PersonalCard = "personal_card";

    /// <summary>An IPv4 or IPv6 address of one machine.</summary>
    public const string PersonalIp = "personal_ip";

    /// <summary>A number by which a state knows a person.</summary>
    public const string PersonalNationalId = "personal_national_id";

    /// <summary>A key, token, password or private key.</summary>
    public const string PersonalSecret = "personal_secret";
}
