/** Tasks are many and alike: equal resources are kept once, in both their forms. */
import type { Resource } from '@stoke/protocol';
import { type Resources, resourcesFromTrustedWire } from '@stoke/resources';

/** Resources as a task has them on the wire, and as the books reckon with them. */
export type ResourceShape = { readonly wire: Resource[]; readonly resources: Resources };

/** More different shapes than this at a time are not worth remembering. */
const MAX_SHAPES = 2000;

const shapes = new Map<string, ResourceShape>();

/** The shape of these resources; the same one for equal resources. Nobody may change it. */
export function shapeOf(wire: readonly Resource[]): ResourceShape {
  const key = JSON.stringify(wire);
  const known = shapes.get(key);
  if (known !== undefined) return known;
  if (shapes.size >= MAX_SHAPES) shapes.clear();
  const copy = [...wire];
  const shape = { wire: copy, resources: resourcesFromTrustedWire(copy) };
  shapes.set(key, shape);
  return shape;
}
