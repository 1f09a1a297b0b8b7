/** A scheduler of a test of the core: its calls, and what it was sent. */
import type {
  Offer,
  Offer_Operation,
  SchedulerCall,
  SchedulerEvent,
  TaskInfo,
  TaskStatus,
} from '@stoke/protocol';
import type { CoreDriver } from './core-driver.ts';

export class FrameworkClient {
  readonly driver: CoreDriver;
  readonly stream: string;

  constructor(driver: CoreDriver, stream: string) {
    this.driver = driver;
    this.stream = stream;
  }

  get id(): string {
    return this.all('SUBSCRIBED')[0]?.subscribed?.framework_id.value ?? '';
  }

  /** Events of one type since the start. */
  all(type: SchedulerEvent['type']): SchedulerEvent[] {
    return (this.driver.events.get(this.stream) ?? []).filter((event) => event.type === type);
  }

  /** Types of all events. */
  types(): (string | undefined)[] {
    return (this.driver.events.get(this.stream) ?? []).map((event) => event.type);
  }

  statuses(): TaskStatus[] {
    return this.all('UPDATE').flatMap((event) => event.update?.status ?? []);
  }

  lastStatus(): TaskStatus | undefined {
    return this.statuses().at(-1);
  }

  /** Offers not answered yet, as the framework sees them. */
  offers(): Offer[] {
    const open = this.driver.state.frameworks.get(this.id)?.offers ?? new Set();
    return this.all('OFFERS')
      .flatMap((event) => event.offers?.offers ?? [])
      .filter((offer) => open.has(offer.id.value));
  }

  /** Lets the allocator run, and gives the newest offer. */
  nextOffer(): Offer {
    this.driver.advance(1000);
    const offer = this.offers().at(-1);
    if (offer === undefined) throw new Error('no offer came');
    return offer;
  }

  call(call: Omit<SchedulerCall, 'framework_id'>): void {
    this.driver.dispatch({
      type: 'CALL',
      frameworkId: this.id,
      call: { ...call, framework_id: { value: this.id } },
    });
  }

  accept(offer: Offer, operations: readonly Offer_Operation[], refuseSeconds = 0): void {
    const filters = { refuse_seconds: refuseSeconds };
    this.call({
      type: 'ACCEPT',
      accept: { offer_ids: [offer.id], operations: [...operations], filters },
    });
  }

  launch(offer: Offer, tasks: readonly TaskInfo[], refuseSeconds = 0): void {
    this.accept(offer, [{ type: 'LAUNCH', launch: { task_infos: [...tasks] } }], refuseSeconds);
  }

  decline(offer: Offer, refuseSeconds: number): void {
    this.call({
      type: 'DECLINE',
      decline: { offer_ids: [offer.id], filters: { refuse_seconds: refuseSeconds } },
    });
  }

  acknowledge(status: TaskStatus | undefined): void {
    if (status?.uuid === undefined || status.agent_id === undefined) return;
    const { agent_id, task_id, uuid } = status;
    this.call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
  }

  disconnect(): void {
    this.driver.dispatch({ type: 'STREAM_CLOSED', stream: this.stream });
  }
}
