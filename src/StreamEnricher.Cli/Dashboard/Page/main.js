// The page: signing in, the stream, and who draws what of it.
import { announce, byId, setText } from "./dom.js";
import { addEvents, forgetEvents, startEvents } from "./events.js";
import { renderLetters, startLetters } from "./letters.js";
import { loadMatrix, renderTechniques, startMatrix } from "./matrix.js";
import { renderOverview } from "./overview.js";
import { call, session, SignedOut } from "./session.js";
import { closeSheet, startSheet } from "./sheet.js";
import { renderSinks } from "./sinks.js";
import { listen } from "./stream.js";
import { startTheme } from "./theme.js";
import { renderTopics } from "./topics.js";

let stop = () => {};

function signOut(reason) {
  stop();
  session.forget();
  closeSheet();
  forgetEvents();
  document.body.dataset.view = "out";
  document.body.dataset.admin = "no";
  const problem = byId("login-problem");
  problem.hidden = !reason;
  setText(problem, reason ?? "");
  byId("token").value = "";
  byId("token").focus({ preventScroll: true });
}

async function signIn() {
  const mine = await call("api/session");
  session.may = { manage: mine.may_manage, post: mine.may_post };
  document.body.dataset.admin = mine.may_manage ? "yes" : "no";
  document.body.dataset.view = "in";
  setText(byId("who"), `${mine.subject ?? ""} (${mine.roles.join(", ")})`);
  stop();
  stop = listen({
    on: draw,
    connected: () => { byId("notice").hidden = true; },
    lost: seconds => lost(seconds),
    signedOut: reason => signOut(`Sign in again: ${reason}.`),
  });
  loadMatrix().catch(error => setText(byId("attack-sub"), error.message));
}

function draw(name, data) {
  switch (name) {
    case "live":
      drawLive(data);
      break;
    case "techniques":
      renderTechniques(data);
      break;
    case "events":
      addEvents(data);
      break;
    case "end":
      announce(`The stream ends: ${data.reason}`);
      break;
  }
}

function drawLive(live) {
  setText(byId("pipeline"), live.pipeline);
  document.title = `${live.pipeline} · StreamEnricher`;
  setText(byId("version"), `StreamEnricher ${live.version}, group ${live.group}`);
  const state = byId("state");
  const ready = live.problems.length === 0;
  state.setAttribute("class", `pill signed-in ${ready ? "good" : "bad"}`);
  setText(state, ready ? "Running" : live.state === "running" ? "Needs attention" : live.state);
  state.setAttribute("title", live.problems.join("\n"));
  renderOverview(live);
  renderSinks(live);
  renderTopics(live);
  renderLetters(live);
}

function lost(seconds) {
  const state = byId("state");
  state.setAttribute("class", "pill signed-in warn");
  setText(state, "Not connected");
  const notice = byId("notice");
  notice.hidden = false;
  setText(notice, `The connection is lost; what you see is old. Next try in ${seconds} s.`);
  announce("The connection is lost");
}

async function tryToken(token) {
  session.keep(token);
  try {
    await signIn();
    byId("main").focus({ preventScroll: true });
  } catch (error) {
    signOut(error instanceof SignedOut ? `This token is not taken: ${error.message}.` : `${error.message}.`);
  }
}

function start() {
  startTheme();
  startSheet();
  startEvents();
  startMatrix();
  startLetters();
  const keyless = document.body.dataset.key === "no";
  byId("login").hidden = keyless;
  byId("keyless").hidden = !keyless;
  byId("login").addEventListener("submit", event => {
    event.preventDefault();
    tryToken(byId("token").value.trim().replace(/^Bearer\s+/i, ""));
  });
  byId("leave").addEventListener("click", () => signOut(null));
  if (session.token && !keyless) {
    tryToken(session.token);
  } else {
    signOut(null);
  }
}

start();
