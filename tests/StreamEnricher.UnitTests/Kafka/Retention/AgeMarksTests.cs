using StreamEnricher.Kafka.Retention;

namespace StreamEnricher.UnitTests.Kafka.Retention;

public sealed class AgeMarksTests
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [Fact]
    public void The_margin_is_a_twentieth_but_at_least_five_minutes_and_at_most_half()
    {
        Assert.Equal(0.05, AgeMarks.SharesOf(Week)[0]);
        Assert.Equal(5.0 / 60, AgeMarks.SharesOf(TimeSpan.FromHours(1))[0], 6);
        Assert.Equal(0.5, AgeMarks.SharesOf(TimeSpan.FromMinutes(1))[0]);
        Assert.All([Week, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)], static retention => Assert.Equal(AgeMarks.SharesOf(retention), AgeMarks.SharesOf(retention).Order()));
    }

    [Fact]
    public void What_lies_between_two_marks_has_a_time_between_theirs()
    {
        // A record an hour: 168 of them, the oldest about to go.
        var marks = new AgeMarks(Week, 0, [.. AgeMarks.SharesOf(Week).Select(static share => (long)(share * 168))]);

        Assert.Equal(0, marks.Left(0).TotalHours);
        for (var offset = 1; offset < 168; offset++)
        {
            Assert.InRange(marks.Left(offset).TotalHours, offset - 2, offset + 2);
        }

        Assert.Equal(Week, marks.Left(168));
        Assert.Equal(8, marks.ExpiresBelow);
    }

    [Fact]
    public void Records_that_are_older_than_the_retention_have_nothing_left()
    {
        var marks = new AgeMarks(Week, 100, [500, 500, 500, 500, 500]);

        Assert.Equal(TimeSpan.Zero, marks.Left(100));
        Assert.Equal(500, marks.ExpiresBelow);
        Assert.True(marks.IsShort(marks.Left(499)));
        Assert.False(marks.IsShort(marks.Left(500)));
    }
}
