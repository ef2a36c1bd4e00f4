namespace StreamEnricher.IntegrationTests.Dashboard;

/// <summary>Scripts that look over a page and return what is wrong with it, in words.</summary>
internal static class PageChecks
{
    /// <summary>Landmarks, headings, names of controls, headers of tables, ids that are there once.</summary>
    public const string Names =
        """
        () => {
          const wrong = [];
          const shown = node => node.getClientRects().length > 0;
          const name = node => (node.getAttribute("aria-label") ?? "") + (node.getAttribute("aria-labelledby") ?? "") + (node.labels?.length ? "label" : "") + node.textContent.trim();
          for (const landmark of ["header", "main", "nav", "footer"]) {
            if (document.querySelectorAll(landmark).length !== 1) wrong.push(`not one ${landmark}`);
          }
          if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
          if (!document.documentElement.lang) wrong.push("no lang");
          for (const node of document.querySelectorAll("button, a[href], select, input, [role=region], section, nav")) {
            if (shown(node) && name(node) === "") wrong.push(`no name: ${node.outerHTML.slice(0, 120)}`);
          }
          for (const table of document.querySelectorAll("table")) {
            if (!table.querySelector("thead th[scope=col]")) wrong.push(`no headers: ${table.outerHTML.slice(0, 80)}`);
          }
          for (const region of document.querySelectorAll(".scroll:not(#matrix-scroll)")) {
            if (region.tabIndex !== 0) wrong.push(`scrolls, but not by keyboard: ${region.className}`);
          }
          const ids = [...document.querySelectorAll("[id]")].map(node => node.id);
          wrong.push(...ids.filter((id, i) => ids.indexOf(id) !== i).map(id => `twice: ${id}`));
          return wrong;
        }
        """;

    /// <summary>Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3).</summary>
    public const string Contrast =
        """
        () => {
          const parse = color => { const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
          const luminance = ({ r, g, b }) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = node => {
            for (let at = node; at; at = at.parentElement) {
              const color = parse(getComputedStyle(at).backgroundColor);
              if (color.a > 0.99) return color;
            }
            return { r: 255, g: 255, b: 255 };
          };
          const wrong = new Set();
          for (const node of document.querySelectorAll("body *")) {
            const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim() !== "");
            if (!own || node.getClientRects().length === 0 || node.closest("[disabled], .hidden, .announce, .skip")) continue;
            const [text, back] = [luminance(parse(getComputedStyle(node).color)), luminance(ground(node))];
            const contrast = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
            if (contrast < 4.5) wrong.add(`${contrast.toFixed(2)} ${node.tagName}.${node.className} ${node.textContent.slice(0, 30)}`);
          }
          return [...wrong];
        }
        """;
}
