using Microsoft.Playwright;
using StreamEnricher.Cli.Api.Security;
using static Microsoft.Playwright.Assertions;

namespace StreamEnricher.IntegrationTests.Dashboard;

/// <summary>The page in a real browser, over a real pipeline.</summary>
public sealed class DashboardTests(DashboardRig rig) : IClassFixture<DashboardRig>
{
    [Fact]
    public async Task It_shows_the_pipeline_at_work_without_a_complaint_of_the_browser()
    {
        rig.Pipeline.Detect("Port scan from a single source", "T1046");
        await using var seat = await rig.SignInAsync();

        await seat.ShowsAsync("#pipeline", "detections");
        await seat.ShowsAsync("[data-sink=siem]", "Delivering");
        await seat.ShowsAsync("[data-sink=second_site]", "Off");
        await seat.ShowsAsync("#topic-rows", "traffic_monitor");
        await seat.ShowsAsync("#event-rows", "Port scan from a single source");
        await seat.ShowsAsync("#matrix", "Network Service Discovery");
        await seat.ShowsAsync("#who", "alice (viewer)");
        await Expect(seat.Page).ToHaveTitleAsync("detections · StreamEnricher");
        Assert.Empty(seat.Complaints);
    }

    [Fact]
    public async Task A_held_sink_says_why_and_what_to_do_and_recovers_before_ones_eyes()
    {
        rig.Pipeline.Detect("Something for Splunk", "T1046");
        await using var seat = await rig.SignInAsync();

        await seat.ShowsAsync("[data-sink=splunk]", "Held");
        await seat.ShowsAsync("[data-sink=splunk] .held-box", "Its events are kept.");
        await seat.ShowsAsync("[data-sink=splunk] .held-box", "Check the HEC token, and that it is enabled.");
        await seat.ShowsAsync("#state", "Needs attention");
        await seat.ShowsAsync("#announce", "Held: splunk");

        rig.Pipeline.Splunk.Authorization = null;
        // It was detached while it was held, and stays so twice as long each time.
        await seat.ShowsAsync("[data-sink=splunk] .pill", "Delivering", withinSeconds: 60);
        await seat.ShowsAsync("#state", "Running");
        rig.Pipeline.Splunk.Authorization = "Splunk another";
        Assert.Empty(seat.Complaints);
    }

    [Fact]
    public async Task What_an_event_holds_is_text_and_never_runs()
    {
        const string attack = "<img src=x onerror=\"window.pwned=1\"><script>window.pwned=2</script>\"'><svg onload=alert(1)>";
        rig.Pipeline.Detect(attack, "T1190");
        rig.Pipeline.Write("traffic_monitor", $"{attack} javascript:window.pwned=3");
        await using var seat = await rig.SignInAsync(Roles.Admin);

        await seat.ShowsAsync("#event-rows", attack);
        await seat.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Details of threat" }).First.ClickAsync();
        await seat.ShowsAsync("#sheet-body", "<img src=x");
        await seat.Page.Keyboard.PressAsync("Escape");
        await seat.Page.Locator("#letter-rows tr", new PageLocatorOptions { HasText = "malformed_json" }).First.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Show" }).ClickAsync();
        await seat.ShowsAsync("#sheet-body pre", "<script>window.pwned=2</script>");

        Assert.Null(await seat.Page.EvaluateAsync<object?>("window.pwned ?? null"));
        Assert.Equal(0, await seat.Page.Locator("main img, main script, main [onload], dialog img, dialog script").CountAsync());
        Assert.Empty(seat.Complaints);
    }

    [Fact]
    public async Task Markup_cannot_be_made_of_text_even_by_a_script_of_the_page()
    {
        await using var seat = await rig.OpenAsync();

        var outcome = await seat.Page.EvaluateAsync<string>("() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken'; } catch (error) { return error.name; } }");
        var inline = await seat.Page.EvaluateAsync<string>("() => { try { document.createElement('div').setAttribute('onclick', 'window.pwned = 4'); return 'taken'; } catch (error) { return error.name; } }");

        Assert.Equal(("TypeError", "TypeError"), (outcome, inline));
    }

    [Fact]
    public async Task Everything_can_be_done_with_the_keyboard()
    {
        rig.Pipeline.Detect("Remote service over SMB", "T1021.002", "T1046");
        await using var seat = await rig.OpenAsync();
        var keyboard = seat.Page.Keyboard;
        await Expect(seat.Page.Locator("#token")).ToBeFocusedAsync();
        await keyboard.TypeAsync(DashboardPipeline.Token(Roles.Viewer));
        await keyboard.PressAsync("Enter");
        await seat.ShowsAsync("#matrix", "Remote Services");

        // The matrix is one stop of Tab, from the button before it.
        await seat.Page.Locator("#layer").FocusAsync();
        await keyboard.PressAsync("Tab");
        var first = await FocusedAsync(seat);
        await keyboard.PressAsync("ArrowRight");
        var second = await FocusedAsync(seat);
        Assert.NotEqual(first, second);
        await keyboard.PressAsync("ArrowLeft");
        Assert.Equal(first, await FocusedAsync(seat));

        await keyboard.PressAsync("Enter");
        await Expect(seat.Page.Locator("#sheet")).ToBeVisibleAsync();
        await seat.ShowsAsync("#sheet-body", "Latest events");
        await keyboard.PressAsync("Escape");
        await Expect(seat.Page.Locator("#sheet")).ToBeHiddenAsync();
        Assert.Equal(first, await FocusedAsync(seat));
        Assert.Equal("2px", await seat.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineWidth"));

        await seat.Page.EvaluateAsync("document.activeElement.blur(); document.body.scrollIntoView()");
        await keyboard.PressAsync("Tab");
        Assert.Equal("Skip to content", await seat.Page.EvaluateAsync<string>("document.activeElement.textContent"));
        Assert.Empty(seat.Complaints);
    }

    [Fact]
    public async Task Its_theme_is_the_systems_until_one_chooses_and_the_choice_stays()
    {
        await using var seat = await rig.SignInAsync(scheme: ColorScheme.Dark);
        Assert.Equal("rgb(12, 17, 22)", await GroundAsync(seat));

        await seat.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Theme: system" }).ClickAsync();
        Assert.Equal("rgb(244, 246, 248)", await GroundAsync(seat));
        await seat.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Theme: light" }).ClickAsync();
        Assert.Equal("rgb(12, 17, 22)", await GroundAsync(seat));
        await seat.Page.ReloadAsync();
        await Expect(seat.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Theme: dark" })).ToBeVisibleAsync();
        await seat.ShowsAsync("#pipeline", "detections");
        Assert.Empty(seat.Complaints);
    }

    [Fact]
    public async Task An_admin_replays_a_dead_letter_and_a_viewer_sees_no_button()
    {
        rig.Pipeline.Detect(DashboardPipeline.Unwanted, "T1046");
        await using var viewer = await rig.SignInAsync();
        var letter = new PageLocatorOptions { HasText = "mapping_rejected" };
        await viewer.ShowsAsync("#letter-rows", "failed to parse field [destination.port]");
        Assert.Equal(0, await viewer.Page.Locator("button.admin:visible").CountAsync());

        await using var seat = await rig.SignInAsync(Roles.Admin);
        rig.Pipeline.TakeAll();
        await seat.Page.Locator("#letter-rows tr", letter).First.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Replay" }).ClickAsync();
        await seat.ShowsAsync("#sheet", "keeps its event id");
        await seat.Page.Locator("#sheet-body button.admin").ClickAsync();
        await seat.ShowsAsync("#sheet-title", "1 replayed");
        while (!rig.Pipeline.Siem.Bulk.Documents.Values.Any(static document => document.Contains(DashboardPipeline.Unwanted, StringComparison.Ordinal)))
        {
            await seat.Page.WaitForTimeoutAsync(100);
        }

        Assert.Empty(seat.Complaints);
    }

    [Fact]
    public async Task An_admin_pauses_and_resumes_a_sink()
    {
        await using var seat = await rig.SignInAsync(Roles.Admin);
        var archive = seat.Page.Locator("[data-sink=archive]");

        await archive.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Pause archive" }).ClickAsync();
        await seat.ShowsAsync("[data-sink=archive] .pill", "Paused");
        await archive.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Resume archive" }).ClickAsync();
        await Expect(archive.Locator(".pill")).Not.ToHaveTextAsync("Paused");
        Assert.Empty(seat.Complaints);
    }

    [Fact]
    public async Task A_token_that_ends_brings_back_the_form_and_the_reason()
    {
        await using var seat = await rig.OpenAsync();
        var left = TimeSpan.FromSeconds(3) - JwtKeys.ClockSkew;
        await seat.SignInAsync(DashboardPipeline.Token(Roles.Viewer, left));

        await seat.ShowsAsync("#login-problem", "the token has expired");
        await Expect(seat.Page.Locator("#token")).ToBeFocusedAsync();
        Assert.Null(await seat.Page.EvaluateAsync<string?>("sessionStorage.getItem('streamenricher.token')"));
    }

    [Fact]
    public async Task A_wrong_token_is_refused_in_words()
    {
        await using var seat = await rig.OpenAsync();
        await seat.Page.Locator("#token").FillAsync("not.a.token");
        await seat.Page.Keyboard.PressAsync("Enter");

        await seat.ShowsAsync("#login-problem", "This token is not taken");
    }

    [Fact]
    public async Task It_connects_again_by_itself()
    {
        _ = rig.Pipeline;
        await using var pipeline = await DashboardPipeline.StartAsync();
        await using var seat = await rig.OpenAsync(pipeline.Url);
        await seat.SignInAsync(DashboardPipeline.Token(Roles.Viewer));

        var listen = await pipeline.StopListeningAsync();
        await seat.ShowsAsync("#state", "Not connected");
        await seat.ShowsAsync("#notice", "The connection is lost");
        await listen();
        await Expect(seat.Page.Locator("#notice")).ToBeHiddenAsync(new LocatorAssertionsToBeHiddenOptions { Timeout = 30_000 });
        await seat.ShowsAsync("#state", "Running");
    }

    [Fact]
    public async Task Without_a_key_it_says_how_to_make_one()
    {
        _ = rig.Pipeline;
        await using var pipeline = await DashboardPipeline.StartAsync("limits: {}");
        await using var seat = await rig.OpenAsync(pipeline.Url);

        await seat.ShowsAsync("#keyless", "This pipeline has no key yet");
        await seat.ShowsAsync("#keyless", "streamenricher token issue");
        await Expect(seat.Page.Locator("#login")).ToBeHiddenAsync();
        Assert.Empty(seat.Complaints);
    }

    [Theory]
    [InlineData(360, 740)]
    [InlineData(768, 1024)]
    [InlineData(2560, 1440)]
    public async Task Nothing_is_wider_than_the_window(int width, int height)
    {
        rig.Pipeline.Detect("Port scan from a single source", "T1046");
        await using var seat = await rig.SignInAsync(Roles.Admin, width, height);
        await seat.ShowsAsync("#matrix", "Network Service Discovery");

        Assert.Equal(width, await seat.Page.EvaluateAsync<int>("document.scrollingElement.scrollWidth"));
        Assert.Empty(seat.Complaints);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task It_can_be_read_and_named_by_everybody(ColorScheme scheme)
    {
        rig.Pipeline.Detect("Port scan from a single source", "T1046");
        rig.Pipeline.Detect(DashboardPipeline.Unwanted, "T1190");
        await using var seat = await rig.SignInAsync(Roles.Admin, scheme: scheme);
        await seat.ShowsAsync("#matrix", "Network Service Discovery");
        await seat.ShowsAsync("[data-sink=splunk]", "Held");

        Assert.Empty(await seat.Page.EvaluateAsync<string[]>(PageChecks.Names));
        Assert.Empty(await seat.Page.EvaluateAsync<string[]>(PageChecks.Contrast));
    }

    private static Task<string> FocusedAsync(Seat seat) => seat.Page.EvaluateAsync<string>("document.activeElement.dataset.place ?? document.activeElement.id");

    private static Task<string> GroundAsync(Seat seat) => seat.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}
