using System.Text;

namespace LoraMesh.Control.Dashboard.Playground;

/// <summary>What was said with one model.</summary>
internal sealed class Conversation
{
    private readonly StringBuilder _answer = new();

    /// <summary>The model.</summary>
    public string Model { get; set; } = "";

    /// <summary>The turns that are over, in order.</summary>
    public List<ChatTurn> Turns { get; } = [];

    /// <summary>What has come of the answer that is being given.</summary>
    public string Coming => _answer.ToString();

    /// <summary>Whether an answer is being given.</summary>
    public bool IsAnswering { get; private set; }

    /// <summary>Why the last question was not answered.</summary>
    public string? Problem { get; private set; }

    /// <summary>Puts a question and takes the answer piece by piece.</summary>
    public async Task AskAsync(InferenceClient inference, string question, int maxTokens, string? key, Action changed, CancellationToken cancellationToken)
    {
        Turns.Add(new ChatTurn("user", question));
        (IsAnswering, Problem) = (true, null);
        _answer.Clear();
        try
        {
            await foreach (var piece in inference.AskAsync(Model, [.. Turns], maxTokens, key, cancellationToken))
            {
                _answer.Append(piece);
                changed();
            }
        }
        catch (InferenceException refused)
        {
            Problem = refused.Message;
        }
        catch (OperationCanceledException)
        {
            Problem = cancellationToken.IsCancellationRequested ? "Stopped." : "It took too long.";
        }
        catch (IOException failure)
        {
            Problem = $"The answer broke off: {failure.Message}";
        }
        finally
        {
            IsAnswering = false;
            if (_answer.Length > 0)
            {
                Turns.Add(new ChatTurn("assistant", _answer.ToString()));
            }
            else if (Problem is not null)
            {
                // A question without an answer is no part of the conversation.
                Turns.RemoveAt(Turns.Count - 1);
            }

            _answer.Clear();
        }
    }
}
