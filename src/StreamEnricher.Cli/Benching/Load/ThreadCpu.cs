using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace StreamEnricher.Cli.Benching.Load;

/// <summary>CPU time of threads that belong to the bench and not to the engine, so that it can be taken off the process's. Linux only; zero elsewhere.</summary>
internal sealed class ThreadCpu
{
    private const string Statistics = "/proc/thread-self/schedstat";
    private readonly Lock _gate = new();
    private readonly List<(SafeFileHandle Thread, TimeSpan Before)> _running = [];
    private TimeSpan _ended;

    /// <summary>False where the system does not tell: the time stays in the process's figure then.</summary>
    public static bool IsKnown { get; } = File.Exists(Statistics);

    /// <summary>CPU time of all threads so far.</summary>
    public TimeSpan Total
    {
        get
        {
            lock (_gate)
            {
                return _ended + TimeSpan.FromTicks(_running.Sum(static one => (Read(one.Thread) - one.Before).Ticks));
            }
        }
    }

    /// <summary>Runs work on the calling thread and counts the thread's time from now to the end of it.</summary>
    public void Count(Action work)
    {
        if (!IsKnown)
        {
            work();
            return;
        }

        using var thread = File.OpenHandle(Statistics);
        var counted = (thread, Read(thread));
        lock (_gate)
        {
            _running.Add(counted);
        }

        try
        {
            work();
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(counted);
                _ended += Read(thread) - counted.Item2;
            }
        }
    }

    /// <summary>The file's first number: nanoseconds on a CPU.</summary>
    private static TimeSpan Read(SafeFileHandle thread)
    {
        Span<byte> text = stackalloc byte[96];
        var length = RandomAccess.Read(thread, text, 0);
        var first = text[..length].IndexOf((byte)' ');
        return first > 0 && long.TryParse(Encoding.ASCII.GetString(text[..first]), NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)
            ? TimeSpan.FromTicks(nanoseconds / 100)
            : TimeSpan.Zero;
    }
}
