using System.Text;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.UnitTests.Enrichment.Values;

public sealed class KeyMemoryTests
{
    private readonly KeyMemory _memory = new(groupBits: 2, longestKey: 16);

    [Fact]
    public void A_key_is_found_under_the_number_that_it_was_given()
    {
        Assert.Equal(-1, _memory.Find("one"u8, out var hash));
        var number = _memory.Keep("one"u8, hash);

        Assert.InRange(number, 0, _memory.Capacity - 1);
        Assert.Equal(number, _memory.Find("one"u8, out _));
        Assert.Equal(-1, _memory.Find("on"u8, out _));
    }

    [Fact]
    public void However_many_keys_come_no_two_that_are_found_have_one_number()
    {
        for (var i = 0; i < 1000; i++)
        {
            var key = Encoding.ASCII.GetBytes($"key {i}");
            if (_memory.Find(key, out var hash) < 0)
            {
                _memory.Keep(key, hash);
            }
        }

        var numbers = Enumerable.Range(0, 1000).Select(i => _memory.Find(Encoding.ASCII.GetBytes($"key {i}"), out _)).Where(number => number >= 0).ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        Assert.Equal(16, _memory.Capacity);
    }

    [Fact]
    public void A_key_that_is_too_long_is_not_kept()
    {
        Assert.Equal(-1, _memory.Find("seventeen bytes.."u8, out var hash));
        Assert.Equal(-1, _memory.Keep("seventeen bytes.."u8, hash));
    }

    [Fact]
    public void Nothing_is_found_after_all_is_forgotten()
    {
        _memory.Find("one"u8, out var hash);
        _memory.Keep("one"u8, hash);
        _memory.Clear();

        Assert.Equal(-1, _memory.Find("one"u8, out _));
    }
}
