/** An agent of a test of the core: its messages, and what it was told. */
import type { AgentInfo, LinkAgentMessage, LinkMasterMessage, TaskState } from '@stoke/protocol';
import type { CoreDriver } from './core-driver.ts';
import type { FrameworkClient } from './framework-client.ts';

export class AgentClient {
  readonly driver: CoreDriver;
  readonly link: string;
  readonly info: AgentInfo;

  constructor(driver: CoreDriver, link: string, info: AgentInfo) {
    this.driver = driver;
    this.link = link;
    this.info = info;
    driver.messages.set(link, []);
  }

  get id(): string {
    const [greeting] = [...this.all('REGISTERED'), ...this.all('REREGISTERED')];
    const told = greeting?.registered ?? greeting?.reregistered;
    return told?.agent_id.value ?? '';
  }

  all(type: LinkMasterMessage['type']): LinkMasterMessage[] {
    return (this.driver.messages.get(this.link) ?? []).filter((message) => message.type === type);
  }

  say(message: LinkAgentMessage): void {
    this.driver.dispatch({
      type: 'AGENT_MESSAGE',
      link: this.link,
      peer: '127.0.0.1',
      message,
    });
  }

  pong(): void {
    this.say({ type: 'PONG' });
  }

  update(
    framework: FrameworkClient,
    taskId: string,
    { state, uuid = 1, latest }: { state: TaskState; uuid?: number; latest?: TaskState },
  ): void {
    this.say({
      type: 'STATUS_UPDATE',
      status_update: {
        framework_id: { value: framework.id },
        status: {
          task_id: { value: taskId },
          state,
          source: 'SOURCE_EXECUTOR',
          agent_id: { value: this.id },
          timestamp: this.driver.nowMs / 1000,
          uuid: new Uint8Array(16).fill(uuid),
        },
        latest_state: latest ?? state,
      },
    });
  }

  disconnect(): void {
    this.driver.dispatch({ type: 'LINK_CLOSED', link: this.link });
  }
}
