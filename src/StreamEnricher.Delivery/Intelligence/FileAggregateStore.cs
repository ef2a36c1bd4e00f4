using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Intelligence;

namespace StreamEnricher.Delivery.Intelligence;

/// <summary>Keeps the state of a sink in a file, for a pipeline of one process.</summary>
/// <remarks>
/// The file is a log of writes: length of the body (int32 little-endian), its SHA-256, the body. A body is a row of keys and values, each a length and bytes; the length of a removed
/// value is -1. A last write that is cut off or does not fit its hash was never finished, and is cut away. When the log has grown to several times what it
/// says, it is written anew beside and put in its place.
/// </remarks>
public sealed class FileAggregateStore : IAggregateStore
{
    private const int HeadLength = sizeof(int) + SHA256.HashSizeInBytes;
    private const long SmallestToCompact = 16 << 20;
    private readonly string _path;
    private readonly FileStream _lock;
    private FileStream? _log;
    private long _compactAt = SmallestToCompact;

    /// <param name="path">The file; its folder is made. A file of the same name with <c>.lock</c> behind it keeps other processes away.</param>
    /// <exception cref="IOException">Another process has it, or it cannot be written.</exception>
    public FileAggregateStore(string path)
    {
        _path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _lock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyCollection<AggregateRecord>> LoadAsync(CancellationToken cancellation)
    {
        await CloseAsync().ConfigureAwait(false);
        var state = new Dictionary<string, AggregateRecord>(StringComparer.Ordinal);
        if (File.Exists(_path))
        {
            var log = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            await using (log.ConfigureAwait(false))
            {
                log.SetLength(await ReadAsync(log, state, cancellation).ConfigureAwait(false));
            }
        }

        await CompactAsync([.. state.Values], cancellation).ConfigureAwait(false);
        return state.Values;
    }

    /// <inheritdoc />
    public async Task<bool> TryWriteAsync(IReadOnlyList<AggregateRecord> records, IReadOnlyList<PartitionLease> leases, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (leases.Any(static lease => lease.Revoked))
        {
            return false;
        }

        // A write that was begun is not given up: half of one would hide what follows.
        cancellation.ThrowIfCancellationRequested();
        await AppendAsync(_log ??= OpenLog(), records).ConfigureAwait(false);
        if (_log.Length > _compactAt)
        {
            await LoadAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Reads all whole writes; gives the length that they have together.</summary>
    private async Task<long> ReadAsync(FileStream log, Dictionary<string, AggregateRecord> state, CancellationToken cancellation)
    {
        var head = new byte[HeadLength];
        while (true)
        {
            var start = log.Position;
            if (await log.ReadAtLeastAsync(head, HeadLength, throwOnEndOfStream: false, cancellation).ConfigureAwait(false) < HeadLength)
            {
                return start;
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length < 0 || length > log.Length - log.Position)
            {
                return start;
            }

            var body = new byte[length];
            await log.ReadExactlyAsync(body, cancellation).ConfigureAwait(false);
            if (!SHA256.HashData(body).AsSpan().SequenceEqual(head.AsSpan(sizeof(int))))
            {
                return log.Position == log.Length ? start : throw new InvalidDataException($"{_path} is damaged at byte {start}: restore it, or remove it to count anew");
            }

            Apply(body, state);
        }
    }

    private static void Apply(byte[] body, Dictionary<string, AggregateRecord> state)
    {
        using var reader = new BinaryReader(new MemoryStream(body), Encoding.UTF8);
        while (reader.BaseStream.Position < body.Length)
        {
            var key = reader.ReadBytes(reader.ReadInt32());
            var length = reader.ReadInt32();
            var name = Convert.ToBase64String(key);
            if (length < 0)
            {
                state.Remove(name);
            }
            else
            {
                state[name] = new AggregateRecord(key, reader.ReadBytes(length));
            }
        }
    }

    private async Task CompactAsync(IReadOnlyList<AggregateRecord> records, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var next = _path + ".new";
        var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.Read);
        await using (file.ConfigureAwait(false))
        {
            foreach (var part in records.Chunk(10_000))
            {
                await AppendAsync(file, part).ConfigureAwait(false);
            }
        }

        File.Move(next, _path, overwrite: true);
        _log = OpenLog();
        _compactAt = Math.Max(SmallestToCompact, _log.Length * 4);
    }

    private FileStream OpenLog() => new(_path, FileMode.Append, FileAccess.Write, FileShare.Read);

    private static async Task AppendAsync(FileStream log, IReadOnlyList<AggregateRecord> records)
    {
        using var body = new MemoryStream();
        using (var writer = new BinaryWriter(body, Encoding.UTF8, leaveOpen: true))
        {
            foreach (var (key, value) in records)
            {
                writer.Write(key.Length);
                writer.Write(key);
                writer.Write(value?.Length ?? -1);
                writer.Write(value ?? []);
            }
        }

        var write = new byte[HeadLength + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(write, (int)body.Length);
        body.GetBuffer().AsSpan(0, (int)body.Length).CopyTo(write.AsSpan(HeadLength));
        SHA256.HashData(write.AsSpan(HeadLength), write.AsSpan(sizeof(int), SHA256.HashSizeInBytes));
        await log.WriteAsync(write).ConfigureAwait(false);
        log.Flush(flushToDisk: true);
    }

    private async ValueTask CloseAsync()
    {
        if (_log is not null)
        {
            await _log.DisposeAsync().ConfigureAwait(false);
            _log = null;
        }
    }
}
