using System.Collections.Concurrent;
using Microsoft.Playwright;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.IntegrationTests.Dashboard;

/// <summary>One pipeline and one browser for all tests of the page; each test has a page of its own.</summary>
public sealed class DashboardRig : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private DashboardPipeline? _pipeline;
    private IBrowser? _browser;

    /// <summary>The pipeline. Without a browser the test is skipped here, and the reason says what to install.</summary>
    internal DashboardPipeline Pipeline
    {
        get
        {
            Assert.SkipWhen(_browser is null, Browsers.Missing);
            return _pipeline!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await Browsers.StartAsync(_playwright);
        if (_browser is not null)
        {
            _pipeline = await DashboardPipeline.StartAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_pipeline is not null)
        {
            await _pipeline.DisposeAsync();
        }
    }

    /// <summary>A page, not signed in.</summary>
    internal async Task<Seat> OpenAsync(Uri? url = null, int width = 1440, int height = 1000, ColorScheme scheme = ColorScheme.Light)
    {
        var address = url ?? Pipeline.Url;
        var page = await _browser!.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
            TimezoneId = "UTC",
        });
        var seat = new Seat(page);
        await page.GotoAsync(address.ToString());
        return seat;
    }

    /// <summary>A page, signed in.</summary>
    internal async Task<Seat> SignInAsync(string role = Roles.Viewer, int width = 1440, int height = 1000, ColorScheme scheme = ColorScheme.Light)
    {
        var seat = await OpenAsync(width: width, height: height, scheme: scheme);
        await seat.SignInAsync(DashboardPipeline.Token(role));
        return seat;
    }
}

/// <summary>A page, and what its console said.</summary>
internal sealed class Seat : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();

    public Seat(IPage page)
    {
        Page = page;
        page.SetDefaultTimeout(20_000);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Dialog += (_, dialog) => _complaints.Enqueue("dialog: " + dialog.Message);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, errors of scripts, dialogs.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public async Task SignInAsync(string token)
    {
        await Page.GetByLabel("Token", new PageGetByLabelOptions { Exact = true }).FillAsync(token);
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#sink-list > li").First).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 20_000 });
    }

    /// <summary>Waits until an element's text has this in it.</summary>
    public Task ShowsAsync(string selector, string text, int withinSeconds = 20) =>
        Assertions.Expect(Page.Locator(selector).First).ToContainTextAsync(text, new LocatorAssertionsToContainTextOptions { Timeout = withinSeconds * 1000 });

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
