using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Files;

namespace StreamEnricher.Delivery.DeadLetters;

/// <summary>Reads and purges what <see cref="DirectoryDeadLetterStore"/> has written, also while an engine writes there.</summary>
/// <param name="directory">The folder.</param>
internal sealed class DirectoryDeadLetters(string directory)
{
    /// <summary>All dead letters, oldest file first. A torn last line is passed over.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A line is no dead letter; the message names it.</exception>
    public async IAsyncEnumerable<StoredDeadLetter> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var file in Files())
        {
            var number = 0;
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Encoding.UTF8);
            var line = await reader.ReadLineAsync(cancellation).ConfigureAwait(false);
            while (line is not null)
            {
                var next = await reader.ReadLineAsync(cancellation).ConfigureAwait(false);
                number++;
                if (Read(line, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}:{number}"), isLast: next is null) is { } letter)
                {
                    yield return letter;
                }

                line = next;
            }
        }
    }

    /// <summary>Takes dead letters out of the files that are closed. A file is replaced as a whole, or removed when nothing is left of it.</summary>
    /// <param name="isChosen">Which.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <returns>How many are gone, and how many of the chosen stay because an engine still writes to their file.</returns>
    /// <exception cref="IOException">A file cannot be read or replaced; nothing of it is lost.</exception>
    public async Task<(long Purged, long InUse)> PurgeAsync(Func<StoredDeadLetter, ValueTask<bool>> isChosen, CancellationToken cancellation)
    {
        long purged = 0, inUse = 0;
        foreach (var file in Files())
        {
            var lines = await File.ReadAllLinesAsync(file, cancellation).ConfigureAwait(false);
            var kept = new List<string>();
            foreach (var line in lines)
            {
                if (Read(line, Path.GetFileName(file), isLast: true) is not { } letter || !await isChosen(letter).ConfigureAwait(false))
                {
                    kept.Add(line);
                }
            }

            var chosen = lines.Length - kept.Count;
            if (file.EndsWith(PartialFiles.Ending, StringComparison.Ordinal))
            {
                inUse += chosen;
                continue;
            }

            purged += chosen;
            if (kept.Count == 0)
            {
                File.Delete(file);
            }
            else if (chosen > 0)
            {
                var replacement = file + ".new";
                await File.WriteAllLinesAsync(replacement, kept, cancellation).ConfigureAwait(false);
                File.Move(replacement, file, overwrite: true);
            }
        }

        return (purged, inUse);
    }

    private IEnumerable<string> Files() => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory, $"{DirectoryDeadLetterStore.FileName}-*.ndjson*")
            .Where(static file => file.EndsWith(".ndjson", StringComparison.Ordinal) || file.EndsWith(PartialFiles.Ending, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
        : [];

    private static StoredDeadLetter? Read(string line, string place, bool isLast)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            var root = parsed.RootElement;
            return new StoredDeadLetter
            {
                Place = place,
                EventId = root.GetProperty("event_id").GetString()!,
                Reason = root.GetProperty("dead_letter.reason").GetString()!,
                Detail = root.GetProperty("dead_letter.detail").GetString()!,
                Sink = root.GetProperty("dead_letter.sink").GetString()!,
                Topic = root.GetProperty("dead_letter.topic").GetString()!,
                Partition = root.GetProperty("dead_letter.partition").GetInt32(),
                Offset = root.GetProperty("dead_letter.offset").GetInt64(),
                Attempts = root.GetProperty("dead_letter.attempts").GetInt32(),
                Time = root.GetProperty("dead_letter.time").GetDateTimeOffset(),
                Timestamp = root.TryGetProperty("dead_letter.timestamp", out var timestamp) ? timestamp.GetInt64() : 0,
                Key = Bytes(root, "key_base64"),
                Value = Bytes(root, "value_base64"),
                Headers = root.TryGetProperty("headers", out var headers)
                    ? [.. headers.EnumerateArray().Select(static header => KeyValuePair.Create(header.GetProperty("name").GetString()!, Bytes(header, "value_base64")))]
                    : [],
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return isLast ? null : throw new InvalidDataException($"{place} is no dead letter: {error.Message}", error);
        }
    }

    private static byte[]? Bytes(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetBytesFromBase64() : null;
}
