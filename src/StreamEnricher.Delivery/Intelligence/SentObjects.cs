using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StreamEnricher.Core.Intelligence;

namespace StreamEnricher.Delivery.Intelligence;

/// <summary>
/// Remembers which versions of objects a destination has, so that one that repeats with every batch (identity, marking, attack-pattern) is sent once. Bounded: of
/// two halves the older one is forgotten when the newer one is full. What is forgotten is sent again, which changes nothing. Thread-safe.
/// </summary>
internal sealed class SentObjects
{
    /// <summary>About 5 MB when full.</summary>
    public const int DefaultCapacity = 100_000;

    private readonly Lock _gate = new();
    private readonly int _half;
    private HashSet<UInt128> _newer = [];
    private HashSet<UInt128> _older = [];

    /// <param name="capacity">Most versions that are remembered; half as many at the least once it was full.</param>
    public SentObjects(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _half = capacity / 2;
    }

    /// <summary>The destination has this version.</summary>
    public bool Contains(StixDelivery delivery)
    {
        var key = Key(delivery);
        lock (_gate)
        {
            if (_newer.Contains(key))
            {
                return true;
            }

            if (!_older.Contains(key))
            {
                return false;
            }

            // What is asked for stays.
            AddNewer(key);
            return true;
        }
    }

    /// <summary>The destination has taken this version.</summary>
    public void Add(StixDelivery delivery)
    {
        var key = Key(delivery);
        lock (_gate)
        {
            AddNewer(key);
        }
    }

    private static UInt128 Key(StixDelivery delivery)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{delivery.Id}\n{delivery.Modified}"), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private void AddNewer(UInt128 key)
    {
        if (_newer.Count >= _half)
        {
            (_older, _newer) = (_newer, []);
        }

        _newer.Add(key);
    }
}
