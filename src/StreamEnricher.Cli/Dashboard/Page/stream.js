// Reads /api/stream. EventSource cannot send a header, so the stream is read with fetch and parsed here.
import { open, SignedOut } from "./session.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
const SILENCE = 15000;

/**
 * Listens until stopped, and connects again when the connection goes.
 * handlers: on(name, data), connected(), lost(seconds until the next try), signedOut(reason)
 */
export function listen(handlers) {
  const stop = new AbortController();
  run(handlers, stop.signal);
  return () => stop.abort();
}

async function run(handlers, stopped) {
  let wait = FIRST_WAIT;
  while (!stopped.aborted) {
    try {
      await once(handlers, stopped, () => { wait = FIRST_WAIT; });
    } catch (error) {
      if (error instanceof SignedOut) {
        handlers.signedOut(error.message);
        return;
      }
    }
    if (stopped.aborted) {
      return;
    }
    // Many pages must not come back in the same moment.
    const pause = wait * (0.75 + Math.random() / 2);
    handlers.lost(Math.round(pause / 1000));
    await new Promise(resolve => setTimeout(resolve, pause));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

async function once(handlers, stopped, alive) {
  const quiet = new AbortController();
  const signal = AbortSignal.any([stopped, quiet.signal]);
  let alarm = setTimeout(() => quiet.abort(), SILENCE);
  try {
    const response = await open("api/stream", { signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    handlers.connected();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      clearTimeout(alarm);
      alarm = setTimeout(() => quiet.abort(), SILENCE);
      alive();
      text += value;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        dispatch(text.slice(0, end), handlers);
        text = text.slice(end + 2);
      }
    }
  } finally {
    clearTimeout(alarm);
  }
}

function dispatch(block, handlers) {
  let name = "message";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) {
      name = line.slice(7);
    } else if (line.startsWith("data: ")) {
      data += line.slice(6);
    }
  }
  handlers.on(name, JSON.parse(data));
}
