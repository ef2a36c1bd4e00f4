using System.Runtime.InteropServices;

namespace StreamEnricher.Kafka.Interop;

/// <summary>glibc's allocator, from which librdkafka takes its memory.</summary>
/// <remarks>
/// It gives each thread an arena of its own, up to eight a core, and keeps what was freed in them; and buffers of up to 32 MiB come to lie in arenas too, once one of their size was
/// freed. A Kafka client frees on another thread than it allocates, so the process kept two to three times what the client's queues ever held. The number of arenas
/// cannot be set any more when managed code begins to run (MALLOC_ARENA_MAX does it from outside), but what lies free in them can be given back. Sources: mallopt(3), malloc_trim(3).
/// </remarks>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int LargeBytes = 128 << 10;

    private static bool _isGlibc = OperatingSystem.IsLinux();

    /// <summary>From now on large buffers lie outside of arenas, and go back to the system when they are freed.</summary>
    public static void KeepLargeBuffersOut() => Call(static () =>
    {
        _ = MallocOption(MmapThreshold, LargeBytes);
        _ = MallocOption(TrimThreshold, LargeBytes);
    });

    /// <summary>Gives back to the system what lies free in arenas.</summary>
    public static void Trim() => Call(static () => _ = MallocTrim(0));

    private static void Call(Action function)
    {
        try
        {
            if (_isGlibc)
            {
                function();
            }
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl has one heap and gives large buffers back at once as it is.
            _isGlibc = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
