// Dead letters: why each was refused, all of it, and replay for those who may.
import { announce, byId, el, keyed, setText } from "./dom.js";
import { count, moment } from "./format.js";
import { call, session } from "./session.js";
import { closeSheet, openSheet } from "./sheet.js";

const LIMIT = 100;
let total = -1;
let loading = null;
let found = 0;
const sinks = new Set();
const reasons = new Set();

export function startLetters() {
  byId("letters-refresh").addEventListener("click", loadLetters);
  byId("letters-sink").addEventListener("change", loadLetters);
  byId("letters-reason").addEventListener("change", loadLetters);
  byId("letters-replay").addEventListener("click", () => {
    const chosen = filter();
    ask(`Replay ${count(found)} dead letters?`, Object.keys(chosen).length > 0 ? chosen : { all: true });
  });
}

/** Looks again when the counters say that there are new ones. */
export function renderLetters(live) {
  const now = live.dead_letters.reduce((sum, one) => sum + one.count, 0);
  if (now !== total) {
    total = now;
    loadLetters();
  }
}

export async function loadLetters() {
  if (loading) {
    return loading;
  }
  loading = load().finally(() => { loading = null; });
  return loading;
}

function filter() {
  const [sink, reason] = [byId("letters-sink").value, byId("letters-reason").value];
  return { ...(sink ? { sinks: [sink] } : {}), ...(reason ? { reasons: [reason] } : {}) };
}

async function load() {
  const query = new URLSearchParams({ limit: LIMIT });
  const { sinks: [sink] = [], reasons: [reason] = [] } = filter();
  if (sink) {
    query.set("sink", sink);
  }
  if (reason) {
    query.set("reason", reason);
  }
  try {
    const list = await call(`api/dead-letters?${query}`);
    found = list.count;
    for (const letter of list.dead_letters) {
      sinks.add(letter.sink);
      reasons.add(letter.reason);
    }
    choices("letters-sink", sinks);
    choices("letters-reason", reasons);
    keyed(byId("letter-rows"), list.dead_letters, letter => `${letter.place}|${letter.event_id}|${letter.sink}`, row);
    byId("letters-empty").hidden = list.dead_letters.length > 0;
    byId("letters-replay").disabled = list.count === 0;
    const shown = list.dead_letters.length < list.count ? `newest ${list.dead_letters.length} of ${count(list.count)}` : `${count(list.count)}`;
    setText(byId("letters-sub"), list.count === 0 ? "" : `${shown}${list.complete ? "" : ", more could not be read in time"}`);
  } catch (error) {
    setText(byId("letters-sub"), error.message);
    byId("letters-empty").hidden = true;
    byId("letters-replay").disabled = true;
  }
}

function choices(id, values) {
  const select = byId(id);
  for (const value of values) {
    if (![...select.options].some(option => option.value === value)) {
      select.append(el("option", { value }, value === "*" ? "* (before any sink)" : value));
    }
  }
}

function row(letter) {
  const record = `${letter.topic}/${letter.partition}/${letter.offset}`;
  return el("tr", {},
    el("td.time", {}, moment(letter.time)),
    el("td.nowrap", {}, letter.sink === "*" ? "* (before any sink)" : letter.sink),
    el("td.nowrap", {}, letter.reason),
    el("td.mono", {}, record),
    el("td.detail", {}, letter.detail),
    el("td", {}, el("div.tags", {},
      el("button.quiet", { type: "button", click: () => show(letter, record), "aria-label": `Show dead letter ${record}` }, "Show"),
      el("button.admin", { type: "button", click: () => ask(`Replay ${record}?`, { event_ids: [letter.event_id], sinks: [letter.sink] }), "aria-label": `Replay dead letter ${record}` }, "Replay"))));
}

async function show(letter, record) {
  const replace = openSheet(record, el("p.sub", {}, "Loading…"));
  try {
    const list = await call(`api/dead-letters/${encodeURIComponent(letter.event_id)}`);
    replace(list.dead_letters.map(one => el("section", {},
      el("h3", {}, `${one.reason}, ${one.sink === "*" ? "before any sink" : `by ${one.sink}`}`), el("p", {}, one.detail),
      el("dl.figures", {}, [["Event id", one.event_id], ["Refused", moment(one.time)], ["Asked", `${one.attempts} times`], ["Kept at", one.place]].map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
      el("pre", { tabindex: "0" }, text(one.value_base64)),
      session.may.manage ? el("div.dialog-actions", {}, el("button.admin", { type: "button", click: () => ask(`Replay ${record}?`, { event_ids: [one.event_id], sinks: [one.sink] }) }, "Replay")) : null)));
  } catch (error) {
    replace(el("p.problem", {}, error.message));
  }
}

/** Asks before it replays. */
function ask(title, request) {
  const go = el("button.admin.primary", { type: "button", click: () => replay(request, go) }, "Replay");
  openSheet(title, el("section", {},
    el("p", {}, "Each goes to its topic again, for the sink that refused it, and keeps its event id. Repair the cause first: what is refused again becomes a dead letter again."),
    el("div.dialog-actions", {}, go, el("button.quiet", { type: "button", click: closeSheet }, "Cancel"))));
  go.focus();
}

async function replay(request, button) {
  button.disabled = true;
  try {
    const answer = await call("api/dead-letters/replay", { method: "POST", body: request });
    const said = `${count(answer.done)} replayed${answer.skipped > 0 ? `, ${count(answer.skipped)} left where they are` : ""}`;
    openSheet(said, answer.obstacles.map(one => el("p", {}, `${count(one.count)}: ${one.reason}`)), el("div.dialog-actions", {}, el("button.quiet", { type: "button", click: closeSheet }, "Close")));
    announce(said);
    loadLetters();
  } catch (error) {
    openSheet("Nothing was replayed", el("p.problem", {}, error.message));
  }
}

/** Bytes as a person reads them. */
function text(base64) {
  if (base64 === undefined || base64 === null) {
    return "(no value)";
  }
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  const decoded = new TextDecoder().decode(bytes);
  try {
    return JSON.stringify(JSON.parse(decoded), null, 2);
  } catch {
    return decoded;
  }
}
