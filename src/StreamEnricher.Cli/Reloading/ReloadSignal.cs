using System.Runtime.InteropServices;

namespace StreamEnricher.Cli.Reloading;

/// <summary>SIGHUP: somebody wants the files to be read again. From here on it no longer ends the process.</summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly PosixSignalRegistration _registration;
    private bool _asked;

    /// <summary>Starts to listen.</summary>
    public ReloadSignal() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        Volatile.Write(ref _asked, true);
    });

    /// <summary>Whether it was asked since the last time.</summary>
    public bool Take() => Interlocked.Exchange(ref _asked, false);

    /// <inheritdoc />
    public void Dispose() => _registration.Dispose();
}
