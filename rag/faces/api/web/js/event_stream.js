// Server-sent events over fetch, which can post and send a key; the browser's EventSource can't.

/** The events of a stream of bytes, each {event, data} with its data as JSON. */
export async function* eventsOf(bytes) {
  let held = "";
  const reader = bytes.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // A line's end may be cut in two: \r waits for what follows.
      const blocks = (held + value).split(/\r\n\r\n|\n\n|\r\r(?!\n)/);
      held = blocks.pop();
      yield* blocks.map(eventOf).filter(Boolean);
    }
  } finally {
    await reader.cancel();
  }
}

/** One event; null for a comment, which only keeps the connection alive. */
function eventOf(block) {
  const event = { event: "message", data: "" };
  const data = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, name, value] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name === "event") event.event = value;
    if (name === "data") data.push(value ?? "");
  }
  return data.length ? { ...event, data: JSON.parse(data.join("\n")) } : null;
}
