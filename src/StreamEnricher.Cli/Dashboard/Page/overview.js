// The figures at the top.
import { byId, el, put, setText, svg } from "./dom.js";
import { bytes, count, duration, percent, rate } from "./format.js";
import { Sparkline } from "./sparkline.js";

const cards = new Map();

function card(name, extra) {
  let known = cards.get(name);
  if (!known) {
    known = { value: el("p.value"), more: el("p.more"), extra: extra?.() };
    cards.set(name, known);
    byId("overview").append(el("div.kpi", {}, el("p.name", {}, name), known.value, known.more, known.extra?.element));
  }
  return known;
}

function show(name, value, unit, more, extra) {
  const known = card(name, extra);
  if (known.shown !== value + unit) {
    known.shown = value + unit;
    put(known.value, value, unit ? el("small", {}, ` ${unit}`) : null);
  }
  setText(known.more, more);
  return known;
}

class Meter {
  #alarm;

  constructor(alarm = Infinity) {
    this.#alarm = alarm;
    this.bar = svg("rect", { x: 0, y: 0, height: 8, width: 0 });
    this.element = svg("svg.meter", { viewBox: "0 0 100 8", preserveAspectRatio: "none", width: "100%", "aria-hidden": "true", focusable: "false" }, this.bar);
  }

  set(share) {
    this.bar.setAttribute("width", (Math.min(1, share) * 100).toFixed(1));
    this.element.classList.toggle("high", share > this.#alarm);
  }
}

export function renderOverview(live) {
  const events = show("Throughput", rate(live.rate), "events/s", `${count(live.records)} read since the start`, () => new Sparkline());
  events.extra.push(live.rate);
  const lag = show("Lag", count(live.lag), "events", live.lag === 0 ? "everything is settled" : behind(live), () => new Sparkline("lag"));
  lag.extra.push(live.lag);
  const out = live.sinks.reduce((sum, sink) => sum + sink.rate, 0);
  const delivered = live.sinks.reduce((sum, sink) => sum + sink.delivered, 0);
  show("Delivered", rate(out), "items/s", `${count(delivered)} taken by all sinks`, () => new Sparkline()).extra.push(out);
  const used = live.memory.limit > 0 ? live.memory.used / live.memory.limit : 0;
  show("Memory in flight", bytes(live.memory.used), "", `${percent(used)} of ${bytes(live.memory.limit)}`, () => new Meter(0.9)).extra.set(used);
  const { hits, misses, stale } = live.cache;
  const asked = hits + misses + stale;
  const share = asked > 0 ? hits / asked : 0;
  show("Attribution cache", asked > 0 ? percent(share) : "–", asked > 0 ? "hits" : "", asked > 0 ? `${count(hits)} hits, ${count(misses)} misses, ${count(stale)} stale` : "no look-up yet", () => new Meter()).extra.set(share);
  const letters = live.dead_letters.reduce((sum, one) => sum + one.count, 0);
  const worst = live.dead_letters[0];
  show("Dead letters", count(letters), "", letters === 0 ? "none since the start" : `${worst.reason}: ${count(worst.count)}`);
}

/** What the lag waits for. */
function behind(live) {
  const stopped = live.sinks.find(sink => sink.enabled && (sink.held || sink.paused) && sink.lag > 0);
  if (stopped) {
    return `${stopped.name} is ${stopped.held ? "held" : "paused"}`;
  }
  const out = Math.max(0, ...live.sinks.filter(sink => sink.enabled).map(sink => sink.rate));
  return out > 0 ? `about ${duration(Math.ceil(live.lag / out))} behind` : "nothing is being delivered";
}
