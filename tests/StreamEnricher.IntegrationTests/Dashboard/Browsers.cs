using Microsoft.Playwright;

namespace StreamEnricher.IntegrationTests.Dashboard;

/// <summary>The system's own Chromium.</summary>
internal static class Browsers
{
    private const string Variable = "CHROMIUM_PATH";
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>What to do when there is none.</summary>
    public const string Missing = $"there is no Chromium: install one (apt-get install chromium), or name it in {Variable}.";

    /// <summary>Starts it; null when there is none.</summary>
    public static async Task<IBrowser?> StartAsync(IPlaywright playwright) => Find() is { } path
        ? await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"] })
        : null;

    private static string? Find() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(static folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
