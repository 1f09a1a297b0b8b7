import { expect, test } from 'vitest';
import { LongList, type Rendering, renderDocument } from './json-document.ts';

type Item = { readonly id: string; value: number };

/** Counts how often each item is rendered. */
function countingRendering(): Rendering<Item> & { readonly rendered: string[] } {
  const rendered: string[] = [];
  return {
    rendered,
    text: (item) => {
      rendered.push(item.id);
      return JSON.stringify(item);
    },
    stamp: ({ value }) => [value],
  };
}

async function textOf(value: unknown): Promise<string> {
  return Buffer.concat(await renderDocument(value)).toString();
}

function items(count: number): Item[] {
  return Array.from({ length: count }, (_, index) => ({ id: `item-${index}`, value: index }));
}

test('renderDocument writes what JSON.stringify would, lists within objects within lists included', async () => {
  const all = items(500);
  const list = LongList.of(all, countingRendering());
  const empty = LongList.of([], countingRendering());
  const document = {
    first: { deep: [1, 'two', null] },
    left: undefined,
    groups: [{ name: 'ü', items: list }, { items: empty }],
    none: {},
  };
  expect(JSON.parse(await textOf(document))).toEqual({
    first: { deep: [1, 'two', null] },
    groups: [{ name: 'ü', items: all }, { items: [] }],
    none: {},
  });
});

test('renderDocument renders again only near what changed', async () => {
  const rendering = countingRendering();
  const all = items(2000);
  const render = (): Promise<string> => textOf({ items: LongList.of(all, rendering) });
  await render();
  expect(rendering.rendered).toHaveLength(2000);
  await render();
  expect(rendering.rendered).toHaveLength(2000);
  const changed = all[700];
  if (changed !== undefined) changed.value = -1;
  all.splice(300, 1);
  expect(JSON.parse(await render())).toEqual({ items: all });
  expect(rendering.rendered.length).toBeLessThan(2000 + 1024);
});

test('renderDocument remembers nothing of a rendering without a stamp', async () => {
  const { stamp: _stamp, ...rendering } = countingRendering();
  const all = items(10);
  const list = (): LongList => LongList.of(all, { ...rendering, stamp: undefined });
  await textOf(list());
  await textOf(list());
  expect(rendering.rendered).toHaveLength(20);
});
