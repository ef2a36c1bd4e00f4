using System.Diagnostics;
using System.Globalization;

namespace StreamEnricher.FaultTests;

/// <summary>An engine as a process.</summary>
internal sealed class EngineProcess : IDisposable
{
    private const int SigHup = 1;
    private const int SigTerm = 15;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly StreamWriter _log;

    private EngineProcess(Process process, int port, StreamWriter log)
    {
        (_process, _log) = (process, log);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(5) };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
            {
                _log.WriteLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>It has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Bytes of resident memory, threads and open files now.</summary>
    public (long Rss, int Threads, int Handles) Usage
    {
        get
        {
            _process.Refresh();
            return (_process.WorkingSet64, _process.Threads.Count, Directory.GetFiles($"/proc/{_process.Id}/fd").Length);
        }
    }

    /// <summary>Most bytes of resident memory so far.</summary>
    public long PeakRss
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10;
        }
    }

    /// <summary>Starts it.</summary>
    public static EngineProcess Start(string engine, string pipeline, int port, string log)
    {
        var process = Process.Start(new ProcessStartInfo(engine, ["run", pipeline]) { RedirectStandardError = true })!;
        return new EngineProcess(process, port, new StreamWriter(File.Open(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true });
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM once it answers, for before that a signal ends it as it ends any program; the exit code, or null when it does not end.</summary>
    public async Task<int?> StopAsync()
    {
        await LiveAsync();
        await SignalAsync(SigTerm);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(StopLimit);
            return _process.ExitCode;
        }
        catch (TimeoutException)
        {
            Kill();
            return null;
        }
    }

    /// <summary>Waits until it answers.</summary>
    public async Task LiveAsync()
    {
        for (var i = 0; i < 300 && !HasExited; i++)
        {
            try
            {
                await _client.GetStringAsync(new Uri("/health/live", UriKind.Relative));
                return;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Items that a sink has settled; 0 while nobody answers.</summary>
    public Task<long> SettledAsync(string sink) => CountAsync("streamenricher_sink_events_total", $"sink=\"{sink}\"");

    /// <summary>SIGHUP: it shall read its files again.</summary>
    public Task ReloadAsync() => SignalAsync(SigHup);

    /// <summary>Reloads that ended so; 0 while nobody answers.</summary>
    public Task<long> ReloadsAsync(string outcome) => CountAsync("streamenricher_reloads_total", $"outcome=\"{outcome}\"");

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
        _client.Dispose();
        lock (_log)
        {
            _log.Dispose();
        }
    }

    private Task SignalAsync(int signal) => Bench.ShellAsync(string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {_process.Id}"));

    private async Task<long> CountAsync(string counter, string tag)
    {
        try
        {
            var text = await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
            return (long)text.Split('\n').Where(line => line.StartsWith(counter, StringComparison.Ordinal) && line.Contains(tag, StringComparison.Ordinal))
                .Sum(static line => double.Parse(line.Split('}')[1].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return 0;
        }
    }
}
