namespace LoraMesh.Metrics.Choices;

/// <summary>How well predicted classes agree with the right ones.</summary>
internal static class ClassAgreement
{
    /// <summary>F1 of class 1 against class 0; 0 where it is neither right nor predicted.</summary>
    public static double BinaryF1(IEnumerable<(int Gold, int Predicted)> pairs)
    {
        long hits = 0, wanted = 0, predicted = 0;
        foreach (var (gold, guess) in pairs)
        {
            hits += gold == 1 && guess == 1 ? 1 : 0;
            wanted += gold == 1 ? 1 : 0;
            predicted += guess == 1 ? 1 : 0;
        }

        return wanted + predicted == 0 ? 0 : 2.0 * hits / (wanted + predicted);
    }

    /// <summary>Matthews' correlation for any number of classes (Gorodkin 2004); 0 where one side has a single class.</summary>
    public static double Matthews(IEnumerable<(int Gold, int Predicted)> pairs)
    {
        var golds = new Dictionary<int, double>();
        var guesses = new Dictionary<int, double>();
        double rows = 0, hits = 0;
        foreach (var (gold, guess) in pairs)
        {
            golds[gold] = golds.GetValueOrDefault(gold) + 1;
            guesses[guess] = guesses.GetValueOrDefault(guess) + 1;
            hits += gold == guess ? 1 : 0;
            rows++;
        }

        var both = (hits * rows) - golds.Sum(entry => entry.Value * guesses.GetValueOrDefault(entry.Key));
        var spread = ((rows * rows) - guesses.Values.Sum(count => count * count)) * ((rows * rows) - golds.Values.Sum(count => count * count));
        return spread == 0 ? 0 : both / Math.Sqrt(spread);
    }
}
