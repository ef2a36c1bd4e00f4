using System.Globalization;
using System.Net;
using System.Text;

namespace StreamEnricher.LoadTests.Reports;

/// <summary>A chart of one figure over the values of a group, as SVG that needs nothing else. Readable on light and on dark pages.</summary>
internal static class BarChart
{
    private const int Width = 640;
    private const int Row = 30;
    private const int Top = 34;
    private const int Left = 110;
    private const int Right = 90;

    /// <summary>Draws it.</summary>
    /// <param name="title">What is shown, with its unit.</param>
    /// <param name="bars">Name and figure of each bar, from top to bottom.</param>
    /// <param name="decimals">Decimals of figures.</param>
    public static string Draw(string title, IReadOnlyList<(string Name, double Value)> bars, int decimals)
    {
        var most = Math.Max(bars.Max(static bar => bar.Value), double.Epsilon);
        var height = Top + (bars.Count * Row) + 10;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{WebUtility.HtmlEncode(title)}</title>\n<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>\n<text x=\"10\" y=\"21\" font-weight=\"bold\" fill=\"#222222\">{WebUtility.HtmlEncode(title)}</text>\n");
        for (var i = 0; i < bars.Count; i++)
        {
            var y = Top + (i * Row);
            var length = bars[i].Value / most * (Width - Left - Right);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 18}\" text-anchor=\"end\" fill=\"#222222\">{WebUtility.HtmlEncode(bars[i].Name)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y + 4}\" width=\"{length:0.0}\" height=\"{Row - 10}\" fill=\"#2b6cb0\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + length + 6:0.0}\" y=\"{y + 18}\" fill=\"#222222\">{bars[i].Value.ToString("N" + decimals, CultureInfo.InvariantCulture)}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }
}
