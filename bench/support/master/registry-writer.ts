/** Writes records to the store that is named, and says each key once it is acknowledged, until it is killed. */
import { writeSync } from 'node:fs';
import { openStore } from '@stoke/kit';

const WRITERS = 50;
const [, , path = ''] = process.argv;
const store = openStore(path);
const value = new Uint8Array(600).fill(120);
let next = 0;

async function write(): Promise<void> {
  for (;;) {
    const key = `agent/${next++}`;
    await store.write([{ type: 'put', key, value }]);
    writeSync(1, `${key}\n`);
  }
}

await Promise.all(Array.from({ length: WRITERS }, write));
