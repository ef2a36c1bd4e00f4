using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.Cli.Composition;

/// <summary>Reads lines into batches: each is a record whose offset is its line number from 0, with Kafka timestamp 0. A last line needs no line end.</summary>
/// <param name="input">NDJSON.</param>
/// <param name="lease">Topic, partition and source of the records.</param>
/// <param name="maxEvents">Most records of a batch.</param>
/// <param name="slabBytes">Bytes of a batch; a longer line gets a batch of its own.</param>
internal sealed class LineBatches(Stream input, PartitionLease lease, int maxEvents, int slabBytes)
{
    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;
    private int _searched;
    private bool _ended;
    private long _line;

    /// <summary>The next batch with its one reference, or null at the end.</summary>
    public async ValueTask<EventBatch?> NextAsync(CancellationToken cancellation)
    {
        EventBatch? batch = null;
        while (true)
        {
            while (TryFindLine(out var length))
            {
                var line = _buffer.AsSpan(_start, length);
                batch ??= new EventBatch(Math.Max(slabBytes, EventBatch.SizeOf(lease, 0, length, 0)), maxEvents, MemoryLease.Unlimited);
                if (!batch.TryAppend(lease, _line, 0, line, false, default, true, default))
                {
                    return batch;
                }

                _line++;
                _start = Math.Min(_end, _start + length + 1);
                _searched = _start;
            }

            if (_ended)
            {
                return batch;
            }

            await FillAsync(cancellation);
        }
    }

    private bool TryFindLine(out int length)
    {
        var found = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (found >= 0)
        {
            // Kept in sight until the line is taken: a full batch leaves it for the next one.
            _searched += found;
            length = _searched - _start;
            return true;
        }

        _searched = _end;
        length = _end - _start;
        return _ended && length > 0;
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _searched -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await input.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        _ended = read == 0;
    }
}
