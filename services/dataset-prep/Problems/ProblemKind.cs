namespace LoraMesh.DatasetPrep.Problems;

/// <summary>The stable words for what can be wrong with dropped data.</summary>
public static class ProblemKind
{
    /// <summary>The file is of a kind that holds no rows one could read.</summary>
    public const string UnsupportedFormat = "unsupported_format";

    /// <summary>The file holds bytes that are no text.</summary>
    public const string BinaryContent = "binary_content";

    /// <summary>The file holds something else than its name says.</summary>
    public const string WrongExtension = "wrong_extension";

    /// <summary>A compressed file breaks off, or its bytes are damaged.</summary>
    public const string DamagedArchive = "damaged_archive";

    /// <summary>A Parquet file breaks off, or its bytes are damaged.</summary>
    public const string DamagedParquet = "damaged_parquet";

    /// <summary>A compressed file unpacks to more than is allowed.</summary>
    public const string DecompressionBomb = "decompression_bomb";

    /// <summary>The file has no rows.</summary>
    public const string EmptyFile = "empty_file";

    /// <summary>The file has more bytes than the configuration allows.</summary>
    public const string FileTooLarge = "file_too_large";

    /// <summary>The file is written in UTF-16 or UTF-32.</summary>
    public const string OtherEncoding = "other_encoding";

    /// <summary>A mark by which some editors begin UTF-8, at the start of a file or inside one that was joined together.</summary>
    public const string ByteOrderMark = "byte_order_mark";

    /// <summary>The array of rows lies inside an object.</summary>
    public const string WrappedRows = "wrapped_rows";

    /// <summary>Rows are objects that stretch over several lines.</summary>
    public const string RowsOverLines = "rows_over_lines";

    /// <summary>A row has another schema than the first rows of its file.</summary>
    public const string MixedSchemas = "mixed_schemas";

    /// <summary>No column of a file bears a name that is known.</summary>
    public const string UnknownColumns = "unknown_columns";

    /// <summary>Two columns of a file bear the same name.</summary>
    public const string DuplicateColumn = "duplicate_column";

    /// <summary>The header stands among the rows once more.</summary>
    public const string RepeatedHeader = "repeated_header";

    /// <summary>Lines end in different ways.</summary>
    public const string MixedLineEnds = "mixed_line_ends";

    /// <summary>A name that only leads to another file or folder; what it leads to is not read.</summary>
    public const string SymbolicLink = "symbolic_link";

    /// <summary>A record has more or fewer columns than the header.</summary>
    public const string WrongColumnCount = "wrong_column_count";

    /// <summary>A quote opens a field and is not closed.</summary>
    public const string UnbalancedQuotes = "unbalanced_quotes";

    /// <summary>A quote stands inside a quoted field.</summary>
    public const string StrayQuote = "stray_quote";

    /// <summary>A part of a Parquet file is too large to be read at once.</summary>
    public const string RowGroupTooLarge = "row_group_too_large";

    /// <summary>One row has more bytes than are read at once.</summary>
    public const string LineTooLong = "line_too_long";

    /// <summary>Bytes that are not UTF-8.</summary>
    public const string NotUtf8 = "not_utf8";

    /// <summary>A row ends before its JSON does.</summary>
    public const string TruncatedRow = "truncated_row";

    /// <summary>A comma before a closing bracket, or after the row.</summary>
    public const string TrailingComma = "trailing_comma";

    /// <summary>Names or texts in single quotes.</summary>
    public const string SingleQuotes = "single_quotes";

    /// <summary><c>True</c>, <c>False</c> or <c>None</c> instead of <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    public const string PythonLiteral = "python_literal";

    /// <summary><c>NaN</c> or <c>Infinity</c>, which JSON does not know.</summary>
    public const string NotANumber = "not_a_number";

    /// <summary>A comment inside JSON.</summary>
    public const string JsonComment = "json_comment";

    /// <summary>Several JSON values on one line.</summary>
    public const string SeveralValues = "several_values";

    /// <summary>A line break or tab inside a JSON string that is not written as an escape.</summary>
    public const string RawControlCharacter = "raw_control_character";

    /// <summary>A backslash that begins no escape of JSON.</summary>
    public const string BadEscape = "bad_escape";

    /// <summary>More brackets inside each other than are read.</summary>
    public const string TooDeep = "too_deep";

    /// <summary>Text that is not JSON, for another reason.</summary>
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

    /// <summary>A field that must hold something is null.</summary>
    public const string NullValue = "null_value";

    /// <summary>A number, true or false where a text is expected.</summary>
    public const string ScalarAsText = "scalar_as_text";

    /// <summary>Messages, tools or token ids written as a text that holds JSON.</summary>
    public const string JsonInString = "json_in_string";

    /// <summary>A field that would be lost and changes what the row means, such as <c>weight</c>.</summary>
    public const string UnsupportedField = "unsupported_field";

    /// <summary>A text without a visible character.</summary>
    public const string EmptyContent = "empty_content";

    /// <summary>A conversation without a message.</summary>
    public const string EmptyConversation = "empty_conversation";

    /// <summary>A system message without a visible character.</summary>
    public const string EmptySystem = "empty_system";

    /// <summary>A message's text given in parts.</summary>
    public const string ContentParts = "content_parts";

    /// <summary>A part of a message that is no text, such as an image.</summary>
    public const string UnsupportedPart = "unsupported_part";

    /// <summary>A role under another name, such as <c>human</c>.</summary>
    public const string RoleAlias = "role_alias";

    /// <summary>A role that is none of system, user, assistant and tool.</summary>
    public const string UnknownRole = "unknown_role";

    /// <summary>A system message that is not the first.</summary>
    public const string SystemNotFirst = "system_not_first";

    /// <summary>Two messages of the same role one after the other.</summary>
    public const string ConsecutiveTurns = "consecutive_turns";

    /// <summary>Roles that do not alternate as they must.</summary>
    public const string RoleOrder = "role_order";

    /// <summary>A conversation in which the assistant says nothing.</summary>
    public const string NoAssistantTurn = "no_assistant_turn";

    /// <summary>A conversation that ends with someone else's turn.</summary>
    public const string LastTurnNotAssistant = "last_turn_not_assistant";

    /// <summary>A list of tools that is not one.</summary>
    public const string InvalidTools = "invalid_tools";

    /// <summary>A call of a tool that the row does not offer.</summary>
    public const string UnknownTool = "unknown_tool";

    /// <summary>Arguments of a call that are no JSON object.</summary>
    public const string ToolArgumentsNotJson = "tool_arguments_not_json";

    /// <summary>Arguments of a call that are other than the tool's parameters say.</summary>
    public const string ToolArgumentsMismatch = "tool_arguments_mismatch";

    /// <summary>The result of a call that was not made.</summary>
    public const string ToolResultWithoutCall = "tool_result_without_call";

    /// <summary>A call to which no result follows although the conversation goes on.</summary>
    public const string ToolCallWithoutResult = "tool_call_without_result";

    /// <summary>Two calls of a conversation bear the same id.</summary>
    public const string DuplicateCallId = "duplicate_call_id";

    /// <summary>A call bears an id and its result none, or the other way round.</summary>
    public const string MissingCallId = "missing_call_id";

    /// <summary>A call in the field <c>function_call</c>, which <c>tool_calls</c> replaced.</summary>
    public const string LegacyFunctionCall = "legacy_function_call";

    /// <summary>The better and the worse answer are the same.</summary>
    public const string ChosenEqualsRejected = "chosen_equals_rejected";

    /// <summary>The better and the worse answer belong to different prompts.</summary>
    public const string PairPromptsDiffer = "pair_prompts_differ";

    /// <summary>Token ids, labels and mask of a row are not equally long.</summary>
    public const string LengthsDiffer = "lengths_differ";

    /// <summary>A token id that the model does not have.</summary>
    public const string IdOutOfVocabulary = "id_out_of_vocabulary";

    /// <summary>A label that is neither -100 nor its token's id.</summary>
    public const string LabelMismatch = "label_mismatch";

    /// <summary>U+FFFD, which stands for characters that were lost in a conversion.</summary>
    public const string ReplacementCharacter = "replacement_character";

    /// <summary>UTF-8 that was read as Windows-1252, such as <c>Ã©</c> for <c>é</c>.</summary>
    public const string Mojibake = "mojibake";

    /// <summary>Control characters other than tab and line end, such as the escape of terminal colours.</summary>
    public const string StrayControlCharacters = "stray_control_characters";

    /// <summary>Characters that cannot be seen and hide text or change its direction.</summary>
    public const string InvisibleCharacters = "invisible_characters";

    /// <summary>Line ends of Windows inside a text.</summary>
    public const string CarriageReturns = "carriage_returns";

    /// <summary>White space before or after a text.</summary>
    public const string SurroundingSpace = "surrounding_space";

    /// <summary>Tags or entities of HTML in a text.</summary>
    public const string HtmlMarkup = "html_markup";

    /// <summary>A text that stands for a missing one, such as <c>nan</c> or <c>TODO</c>.</summary>
    public const string PlaceholderText = "placeholder_text";

    /// <summary>The same words, line or character over and over.</summary>
    public const string RepetitiveText = "repetitive_text";

    /// <summary>What websites write around their texts, such as notices of cookies and rights.</summary>
    public const string Boilerplate = "boilerplate";

    /// <summary>The answer is the question.</summary>
    public const string AnswerRepeatsQuestion = "answer_repeats_question";

    /// <summary>A text holds a mark by which this or another model's template keeps turns apart.</summary>
    public const string SpecialTokenInText = "special_token_in_text";

    /// <summary>The row is in none of the project's languages.</summary>
    public const string WrongLanguage = "wrong_language";

    /// <summary>The model's chat template refuses the row.</summary>
    public const string TemplateError = "template_error";

    /// <summary>A text has more tokens than fit.</summary>
    public const string LongText = "long_text";

    /// <summary>The row has more tokens than fit.</summary>
    public const string TooLong = "too_long";

    /// <summary>The row is far longer or shorter than the others.</summary>
    public const string LengthOutlier = "length_outlier";

    /// <summary>The operator's classifier finds the row toxic.</summary>
    public const string ToxicText = "toxic_text";

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
