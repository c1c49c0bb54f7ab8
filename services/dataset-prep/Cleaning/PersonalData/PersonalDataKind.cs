namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>What sort of personal data was found.</summary>
internal enum PersonalDataKind
{
    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A telephone number, international or national.</summary>
    Phone,

    /// <summary>A bank account number with the length of its country and a right check number (ISO 13616).</summary>
    Iban,

    /// <summary>A payment card number of a known issuer with a right check digit (ISO 7812).</summary>
    Card,

    /// <summary>An IPv4 or IPv6 address that names one machine.</summary>
    Ip,

    /// <summary>A number by which a state knows a person.</summary>
    NationalId,

    /// <summary>A key, token, password or private key.</summary>
    Secret,
}
