/** What a task of the Throttler does: its requests, one after the other; the first that fails ends it. */
const { URL: target = '', FROM = '', TO = '' } = process.env;

for (let n = Number(FROM); n < Number(TO); n++) {
  const url = new URL(target);
  url.searchParams.set('n', String(n));
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`Request ${n} was answered with ${answer.status}`);
}

export {};
