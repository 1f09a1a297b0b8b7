/**
 * Writes to a store for ever, and says over TCP which writes were acknowledged; or says what a store holds.
 * Arguments: the store's file, and the address to tell, or nothing to only print the numbers of the writes there are.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { openStore, type StoreChange } from '@stoke/kit';

const [path = '', address] = process.argv.slice(2);
const valueBytes = 200;
const atOnce = 8;

const store = openStore(path);
if (address === undefined) {
  for (const { key } of store.list('')) process.stdout.write(`${key}\n`);
  await store.close();
} else {
  const [host, port] = address.split(':');
  const outside = connect(Number(port), host);
  await once(outside, 'connect');
  await Promise.all(Array.from({ length: atOnce }, (_, lane) => write(lane)));

  async function write(lane: number): Promise<never> {
    for (let number = 0; ; number += 1) {
      const key = `${lane}-${number}`;
      const change: StoreChange = { type: 'put', key, value: Buffer.alloc(valueBytes, key) };
      await store.write([change]);
      outside.write(`${key}\n`);
    }
  }
}
