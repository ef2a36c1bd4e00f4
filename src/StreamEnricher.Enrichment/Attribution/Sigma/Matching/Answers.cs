using StreamEnricher.Enrichment.Attribution.Sigma.Correlating;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>Answers to a group's questions about one event. One worker's memory.</summary>
internal sealed class Answers
{
    private uint[] _answers = [];
    private uint _round;

    /// <summary>Forgets all answers.</summary>
    /// <param name="questions">Number of questions.</param>
    public void Begin(int questions)
    {
        if (_answers.Length < questions)
        {
            Array.Resize(ref _answers, questions);
        }

        _round += 2;
        if (_round == 0)
        {
            Array.Clear(_answers);
            _round = 2;
        }
    }

    /// <summary>The answer, if the question was asked.</summary>
    public bool TryGet(int question, out bool answer)
    {
        answer = (_answers[question] & 1) != 0;
        return (_answers[question] & ~1U) == _round;
    }

    /// <summary>Notes an answer, and returns it.</summary>
    public bool Set(int question, bool answer)
    {
        _answers[question] = _round | (answer ? 1U : 0U);
        return answer;
    }
}

/// <summary>A worker's memory for matching rules.</summary>
internal sealed class SigmaScratch
{
    public EventTexts Texts { get; } = new();

    public CandidateSet Candidates { get; } = new();

    public Answers Answers { get; } = new();

    public CorrelationKey Key { get; } = new();
}
