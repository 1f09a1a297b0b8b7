/** Sums up what an engine tells of the layers it pulls. Pure. */

const megabyte = 1e6;

export interface PullProgress {
  take(message: unknown): void;
  /** `12.3 of 45.6 MB, 2 of 5 layers`. */
  text(): string;
}

interface Layer {
  current: number;
  total: number;
  done: boolean;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function numberAt(value: unknown, name: string): number {
  const found = fieldOf(value, name);
  return typeof found === 'number' ? found : 0;
}

export function createPullProgress(): PullProgress {
  const layers = new Map<string, Layer>();
  return {
    take(message) {
      const id = fieldOf(message, 'id');
      const status = String(fieldOf(message, 'status'));
      if (typeof id !== 'string' || status.startsWith('Pulling from')) return;
      const layer = layers.get(id) ?? { current: 0, total: 0, done: false };
      layers.set(id, layer);
      const detail = fieldOf(message, 'progressDetail');
      // Unpacking counts from zero again: only what comes over the network is told.
      if (status === 'Downloading') {
        layer.current = numberAt(detail, 'current');
        layer.total = numberAt(detail, 'total');
      } else if (status === 'Download complete') layer.current = layer.total;
      layer.done ||= status === 'Pull complete' || status === 'Already exists';
    },
    text() {
      const all = [...layers.values()];
      const sum = (of: (layer: Layer) => number): string =>
        (all.reduce((total, layer) => total + of(layer), 0) / megabyte).toFixed(1);
      const done = all.filter((layer) => layer.done).length;
      const bytes = `${sum(({ current }) => current)} of ${sum(({ total }) => total)} MB`;
      return `${bytes}, ${done} of ${all.length} layers`;
    },
  };
}
