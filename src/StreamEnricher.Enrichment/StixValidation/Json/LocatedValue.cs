using System.Text.Json;

namespace StreamEnricher.Enrichment.StixValidation.Json;

/// <summary>A JSON value that knows where it stands.</summary>
internal sealed class LocatedValue
{
    /// <summary>What it is.</summary>
    public required JsonValueKind Kind { get; init; }

    /// <summary>Line of its first character, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The text of a string; of a number as it is written; otherwise empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>A string that has half of a surrogate pair: no Unicode text.</summary>
    public bool IsBroken { get; init; }

    /// <summary>The members of an object, in order.</summary>
    public IReadOnlyList<LocatedMember> Members { get; init; } = [];

    /// <summary>The items of an array.</summary>
    public IReadOnlyList<LocatedValue> Items { get; init; } = [];

    /// <summary>The first member of a name; null when there is none.</summary>
    public LocatedValue? this[string name]
    {
        get
        {
            foreach (var member in Members)
            {
                if (member.Name == name)
                {
                    return member.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The text of a member that is a string; null when there is none.</summary>
    public string? TextOf(string name) => this[name] is { Kind: JsonValueKind.String } value ? value.Text : null;

    /// <summary>The texts of a member that is an array of strings, and of a single string.</summary>
    public IEnumerable<LocatedValue> TextsOf(string name) => this[name] switch
    {
        { Kind: JsonValueKind.String } one => [one],
        { Kind: JsonValueKind.Array } list => list.Items.Where(static item => item.Kind == JsonValueKind.String),
        _ => [],
    };

    /// <summary>Equal as JSON values.</summary>
    public bool SameAs(LocatedValue other) =>
        Kind == other.Kind && Text == other.Text && Items.Count == other.Items.Count && Members.Count == other.Members.Count
        && Items.Zip(other.Items).All(static pair => pair.First.SameAs(pair.Second))
        && Members.All(member => other[member.Name] is { } value && member.Value.SameAs(value));
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">Line of the name.</param>
/// <param name="Value">Its value.</param>
internal sealed record LocatedMember(string Name, int Line, LocatedValue Value);
