namespace LoraMesh.Provenance;

/// <summary>A folder is not what somebody who is trusted has signed.</summary>
/// <param name="code">A stable word for programs, such as <c>foreign_signature</c> or <c>file_changed</c>.</param>
/// <param name="message">What is wrong with what.</param>
public sealed class SignatureRefusedException(string code, string message) : Exception(message)
{
    /// <summary>A stable word for programs.</summary>
    public string Code { get; } = code;
}
