using System.Globalization;
using System.Xml;

namespace StreamEnricher.Cli.EventTests;

/// <summary>Results for people, and for CI servers as JUnit XML.</summary>
internal static class TestReport
{
    /// <summary>Every test that failed with all that differs, and a line of totals.</summary>
    public static void WriteText(IReadOnlyList<EventTestFileResult> files, TextWriter writer)
    {
        foreach (var file in files)
        {
            var failed = file.Tests.Where(test => test.Differences.Count > 0).ToList();
            writer.WriteLine($"{(failed.Count == 0 ? "ok    " : "FAILED")}  {file.File.Path}  {Count(file.Tests.Count, "test")}");
            foreach (var test in failed)
            {
                writer.WriteLine();
                writer.WriteLine($"  {test.Test.Name}  ({file.File.Path}:{test.Test.Line.ToString(CultureInfo.InvariantCulture)})");
                foreach (var line in Lines(test.Differences))
                {
                    writer.WriteLine("    " + line);
                }
            }

            if (failed.Count > 0)
            {
                writer.WriteLine();
            }
        }

        var all = files.SelectMany(file => file.Tests).ToList();
        var bad = all.Count(test => test.Differences.Count > 0);
        writer.WriteLine($"{all.Count - bad} passed, {bad} failed");
    }

    /// <summary>JUnit's format, as CI servers read it: a test suite for each file.</summary>
    public static void WriteJUnit(IReadOnlyList<EventTestFileResult> files, Stream stream)
    {
        using var xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, CloseOutput = false });
        xml.WriteStartElement("testsuites");
        Totals(files.SelectMany(file => file.Tests), xml);
        foreach (var file in files)
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", file.File.Path);
            Totals(file.Tests, xml);
            foreach (var test in file.Tests)
            {
                xml.WriteStartElement("testcase");
                xml.WriteAttributeString("classname", Path.GetFileNameWithoutExtension(file.File.Path));
                xml.WriteAttributeString("name", test.Test.Name);
                xml.WriteAttributeString("file", file.File.Path);
                xml.WriteAttributeString("line", test.Test.Line.ToString(CultureInfo.InvariantCulture));
                xml.WriteAttributeString("time", Seconds(test.Elapsed));
                if (test.Differences.Count > 0)
                {
                    xml.WriteStartElement("failure");
                    xml.WriteAttributeString("message", $"{Count(test.Differences.Count, "difference")}: {string.Join(", ", test.Differences.Select(one => one.What))}");
                    xml.WriteString(string.Join('\n', Lines(test.Differences)));
                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Totals(IEnumerable<EventTestResult> results, XmlWriter xml)
    {
        var tests = results.ToList();
        xml.WriteAttributeString("tests", tests.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", tests.Count(test => test.Differences.Count > 0).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString("time", Seconds(TimeSpan.FromTicks(tests.Sum(test => test.Elapsed.Ticks))));
    }

    /// <summary>What was expected above what is, so that the eye finds where they part.</summary>
    private static IEnumerable<string> Lines(IReadOnlyList<Difference> differences)
    {
        var width = differences.Max(one => one.What.Length);
        foreach (var one in differences)
        {
            yield return $"{one.What.PadRight(width)}  expected {one.Expected}";
            yield return $"{new string(' ', width)}  was      {one.Actual}";
        }
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
