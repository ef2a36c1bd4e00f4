// The ATT&CK matrix as a heat map: tactics in the order of the release in use, techniques with the events of their sub-techniques.
import { byId, el, put, setText } from "./dom.js";
import { eventSections, evidenceCard } from "./evidence.js";
import { ago, count, moment, percent } from "./format.js";
import { openSheet } from "./sheet.js";
import { call, open } from "./session.js";

const STEPS = 5;
let matrix = null;
let parents = new Map();
let seen = [];
let drawn = "";

export async function startMatrix() {
  byId("attack-all").addEventListener("change", draw);
  byId("layer").addEventListener("click", saveLayer);
  byId("matrix").addEventListener("keydown", move);
  byId("matrix").addEventListener("click", event => {
    const cell = event.target.closest("button.cell");
    if (cell) {
      openTechnique(cell.dataset.id);
    }
  });
}

export async function loadMatrix() {
  matrix = await call("api/attack/matrix");
  parents = new Map(matrix.techniques.map(technique => [technique.id, technique.parent ?? technique.id]));
  draw();
}

export function renderTechniques(techniques) {
  seen = techniques;
  draw();
}

function draw() {
  if (!matrix) {
    return;
  }
  const events = new Map();
  for (const one of seen) {
    const id = parents.get(one.id) ?? one.id;
    events.set(id, (events.get(id) ?? 0) + one.events);
  }
  const all = byId("attack-all").checked;
  const most = Math.max(1, ...events.values());
  const total = matrix.techniques.filter(technique => !technique.parent).length;
  setText(byId("attack-sub"), `ATT&CK ${matrix.version}: ${events.size} of ${total} techniques seen since this process started`);
  byId("attack-empty").hidden = all || events.size > 0;
  byId("matrix-scroll").hidden = !all && events.size === 0;
  const columns = matrix.tactics.map(tactic => {
    const techniques = matrix.techniques.filter(technique => !technique.parent && technique.tactics.includes(tactic.id));
    // In the order of their ids: cells must not run away from under the pointer as counts grow.
    const shown = techniques.filter(technique => all || events.has(technique.id)).sort((a, b) => a.id.localeCompare(b.id));
    return { tactic, techniques: shown, hits: techniques.filter(technique => events.has(technique.id)).length, total: techniques.length };
  });
  const shape = columns.map(column => column.techniques.map(technique => `${technique.id}:${events.get(technique.id) ?? 0}`).join()).join(";");
  if (shape === drawn) {
    return;
  }
  drawn = shape;
  const focused = document.activeElement?.closest?.("#matrix button")?.dataset.place;
  put(byId("matrix"), columns.map(column => el(column.techniques.length > 0 ? "div.tactic" : "div.tactic.none", {},
    el("h3", {}, column.tactic.name, el("small", {}, `${column.hits} of ${column.total}`)),
    column.techniques.map(technique => cell(technique, column.tactic, events.get(technique.id) ?? 0, most)))));
  const cells = [...byId("matrix").querySelectorAll("button")];
  const current = cells.find(one => one.dataset.place === focused);
  (current ?? cells[0])?.setAttribute("tabindex", "0");
  if (focused) {
    (current ?? cells[0])?.focus();
  }
}

function cell(technique, tactic, events, most) {
  // Counts differ by orders of magnitude: the colour follows a power below one, the number says it exactly.
  const step = events === 0 ? 0 : Math.max(1, Math.min(STEPS, Math.ceil((events / most) ** 0.4 * STEPS)));
  return el(`button.cell.heat${step}`, { type: "button", tabindex: "-1", "data-id": technique.id, "data-place": `${tactic.id}/${technique.id}`, title: `${technique.id} ${technique.name}`, "aria-label": `${technique.id} ${technique.name}, ${tactic.name}: ${events} events` },
    technique.name, events > 0 ? el("b", {}, count(events)) : null);
}

/** Arrow keys move between the cells; only one of them is a stop of Tab. */
function move(event) {
  const from = event.target.closest("button.cell");
  if (!from || !["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
    return;
  }
  event.preventDefault();
  const columns = [...byId("matrix").querySelectorAll(".tactic")].map(column => [...column.querySelectorAll("button")]).filter(cells => cells.length > 0);
  let x = columns.findIndex(cells => cells.includes(from));
  let y = columns[x].indexOf(from);
  if (event.key === "Home" || event.key === "End") {
    y = event.key === "Home" ? 0 : columns[x].length - 1;
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    y += event.key === "ArrowUp" ? -1 : 1;
  } else {
    x += event.key === "ArrowLeft" ? -1 : 1;
  }
  const cells = columns[Math.max(0, Math.min(columns.length - 1, x))];
  const to = cells[Math.max(0, Math.min(cells.length - 1, y))];
  from.setAttribute("tabindex", "-1");
  to.setAttribute("tabindex", "0");
  to.focus();
}

/** The sheet of one technique: why it was found, and its latest events. */
export async function openTechnique(id) {
  const replace = openSheet(id, el("p.sub", {}, "Loading…"));
  try {
    const technique = await call(`api/attack/techniques/${encodeURIComponent(id)}`);
    const address = el("a", { href: technique.url.startsWith("https://attack.mitre.org/") ? technique.url : "#", target: "_blank", rel: "noreferrer noopener" }, `${technique.id} at attack.mitre.org`);
    replace(
      el("section", {}, el("h3", {}, technique.name), el("p", {}, address),
        el("dl.figures", {}, [["Events", count(technique.events)], ["Highest confidence", percent(technique.confidence)], ["Last seen", technique.last_seen ? ago(technique.last_seen) : "not yet"]]
          .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
        technique.parts.length > 1 ? el("div.tags", {}, technique.parts.map(part => el("span.tag", {}, `${part.id}: ${count(part.events)}`))) : null),
      el("section", {}, el("h3", {}, "Latest evidence"), technique.evidence.length > 0 ? technique.evidence.map(evidenceCard) : el("p.empty", {}, "None yet.")),
      el("section", {}, el("h3", {}, "Latest events"), technique.latest_events.length > 0
        ? technique.latest_events.map(event => el("details.raw", {}, el("summary", {}, `${moment(event.timestamp)} ${event.event_type ?? ""} ${event.description ?? ""}`.slice(0, 200)), ...eventSections(event)))
        : el("p.empty", {}, "None yet.")));
  } catch (error) {
    replace(el("p.problem", {}, error.message));
  }
}

async function saveLayer() {
  try {
    const response = await open("api/attack/layer");
    const address = URL.createObjectURL(await response.blob());
    const link = el("a", { href: address, download: "attack-layer.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  } catch (error) {
    openSheet("Navigator layer", el("p.problem", {}, error.message));
  }
}
