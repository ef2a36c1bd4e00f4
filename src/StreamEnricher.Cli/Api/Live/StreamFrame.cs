using System.Text;
using System.Text.Json;
using StreamEnricher.Cli.Api.Attack;

namespace StreamEnricher.Cli.Api.Live;

/// <summary>Writes Server-Sent Events (WHATWG HTML §9.2). Data is one line of JSON, so nothing in it can end an event.</summary>
internal sealed class StreamFrame : IDisposable
{
    private readonly MemoryStream _bytes = new();

    /// <summary>All that was added.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>Adds an event with a value's JSON.</summary>
    public StreamFrame Add<T>(string name, T value)
    {
        Begin(name);
        JsonSerializer.Serialize(_bytes, value, ApiJson.Options);
        return End();
    }

    /// <summary>Adds an event <c>events</c> with enriched events as they are, oldest first.</summary>
    public StreamFrame Add(IReadOnlyList<ReadOnlyMemory<byte>> events)
    {
        Begin("events");
        _bytes.WriteByte((byte)'[');
        for (var i = 0; i < events.Count; i++)
        {
            if (i > 0)
            {
                _bytes.WriteByte((byte)',');
            }

            _bytes.Write(events[i].Span);
        }

        _bytes.WriteByte((byte)']');
        return End();
    }

    /// <summary>The event that tells of techniques.</summary>
    public StreamFrame Add(IReadOnlyList<TechniqueFigures> techniques) => Add("techniques", techniques);

    /// <inheritdoc />
    public void Dispose() => _bytes.Dispose();

    private void Begin(string name) => _bytes.Write(Encoding.ASCII.GetBytes($"event: {name}\ndata: "));

    private StreamFrame End()
    {
        _bytes.Write("\n\n"u8);
        return this;
    }
}
