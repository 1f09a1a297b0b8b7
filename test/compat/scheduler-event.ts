/** What events of the scheduler API are about, and the offers in them, as replays look at them. */
import {
  fromJsonValue,
  type SchedulerEvent,
  toJsonValue,
  Offer as WireOffer,
} from '@stoke/protocol';
import type { Json } from './compare.ts';

/** Of an offer's JSON. */
export function cpusOf(json: Json): number {
  const offer = fromJsonValue(WireOffer, json);
  const cpus = (offer.resources ?? []).filter((resource) => resource.name === 'cpus');
  return cpus.reduce((sum, resource) => sum + (resource.scalar?.value ?? 0), 0);
}

export function offerJson(offer: WireOffer): Json {
  return toJsonValue(WireOffer, offer) as Json;
}

/** What an event is about: events of one subject keep their order. */
export function subjectOf(event: SchedulerEvent): string {
  if (event.update !== undefined) return `UPDATE ${event.update.status.task_id.value}`;
  const operation = event.update_operation_status?.status.operation_id?.value;
  return operation === undefined ? (event.type ?? 'UNKNOWN') : `OPERATION ${operation}`;
}
