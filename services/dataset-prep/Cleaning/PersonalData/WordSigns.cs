namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Where words end. Scripts that set no spaces (Chinese, Japanese, Korean) may touch a number or an address on either side.</summary>
internal static class WordSigns
{
    private const char FirstEastAsian = '\u2E80';

    /// <summary>Whether a char next to a number or code would make it part of a longer word.</summary>
    public static bool Continues(char c) => c < FirstEastAsian && char.IsLetterOrDigit(c);

    /// <summary>Whether two neighbouring chars belong to different words because their scripts differ.</summary>
    public static bool ChangesScript(char a, char b) => (a < FirstEastAsian) != (b < FirstEastAsian);
}
