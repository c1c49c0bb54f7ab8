namespace LoraMesh.DatasetPrep.Rows;

/// <summary>The kinds of rows that can be trained on. The numbers are written to scratch files.</summary>
internal enum RowKind : byte
{
    /// <summary>Messages; what the assistant says is learned.</summary>
    Conversation = 0,

    /// <summary>Plain text; every token is learned.</summary>
    Text = 1,

    /// <summary>A prompt with a better and a worse answer.</summary>
    Preference = 2,

    /// <summary>Token ids with labels, made elsewhere.</summary>
    Tokens = 3,
}
