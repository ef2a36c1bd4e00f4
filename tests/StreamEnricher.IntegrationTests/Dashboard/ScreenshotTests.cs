using Microsoft.Playwright;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Testing;

namespace StreamEnricher.IntegrationTests.Dashboard;

/// <summary>Draws the pictures of docs/dashboard.md, from sample events that pass while it looks.</summary>
public sealed class ScreenshotTests(DashboardRig rig) : IClassFixture<DashboardRig>
{
    private const string Variable = "STREAMENRICHER_WRITE_DOCS";
    private static readonly (string Topic, string File)[] Feeds = [("traffic_monitor", "detection"), ("suricata", "suricata_eve"), ("windows", "windows"), ("cloudtrail", "cloudtrail")];

    [Fact]
    public async Task The_pictures_in_docs_are_drawn_anew()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(Variable) is null, $"{Variable} is not set: it asks for new pictures.");
        using var stop = new CancellationTokenSource();
        var feeding = FeedAsync(stop.Token);
        rig.Pipeline.Detect(DashboardPipeline.Unwanted, "T1190");
        rig.Pipeline.Write("windows", "{\"EventID\": 4688, \"cut off");
        await using var light = await rig.SignInAsync(Roles.Admin);
        await using var dark = await rig.SignInAsync(Roles.Viewer, scheme: ColorScheme.Dark);
        await using var narrow = await rig.SignInAsync(Roles.Viewer, width: 360, height: 780);
        await using var wide = await rig.SignInAsync(Roles.Viewer, width: 2560, height: 1440);
        await light.Page.WaitForTimeoutAsync(45_000);

        await ShootAsync(light, "dashboard-light");
        await ShootAsync(dark, "dashboard-dark");
        await ShootAsync(narrow, "dashboard-narrow");
        await ShootAsync(wide, "dashboard-wide");
        await light.Page.Locator("#attack").ScrollIntoViewIfNeededAsync();
        await light.Page.Locator("#attack").ScreenshotAsync(new LocatorScreenshotOptions { Path = PathOf("dashboard-attack") });
        await light.Page.Locator("button.cell b").First.ClickAsync();
        await light.ShowsAsync("#sheet-body", "Latest evidence");
        await ShootAsync(light, "dashboard-technique");
        await using var login = await rig.OpenAsync(height: 760, width: 1100);
        await ShootAsync(login, "dashboard-sign-in");
        await stop.CancelAsync();
        await feeding;
        Assert.All((Seat[])[light, dark, narrow, wide, login], static seat => Assert.Empty(seat.Complaints));
    }

    private static string PathOf(string name) => Repository.PathOf("docs", "images", name + ".png");

    private static Task<byte[]> ShootAsync(Seat seat, string name) => seat.Page.ScreenshotAsync(new PageScreenshotOptions { Path = PathOf(name) });

    /// <summary>About two hundred events a second, in waves.</summary>
    private async Task FeedAsync(CancellationToken stop)
    {
        var samples = Feeds.ToDictionary(static feed => feed.Topic, static feed => File.ReadAllLines(Repository.PathOf("data", "samples", feed.File + ".ndjson")));
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            foreach (var (index, (topic, _)) in Feeds.Index())
            {
                var many = (int)((Math.Sin((round + (index * 7)) / 6.0) + 1.4) * 12 * (4 - index));
                for (var i = 0; i < many; i++)
                {
                    rig.Pipeline.Feed(topic, samples[topic][((round * 31) + i) % samples[topic].Length]);
                }
            }

            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
