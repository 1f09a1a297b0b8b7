/** `/maintenance/*` and `/machine/*`: planned maintenance in the legacy form. */
import type { Need } from '@stoke/kit';
import {
  decodeJson,
  fromJsonValue,
  MachineID,
  MaintenanceClusterStatus,
  MaintenanceSchedule,
  parseJson,
  toJsonValue,
} from '@stoke/protocol';
import type { MasterEvent } from '../../core/events.ts';
import { needsOnMachines } from '../../core/permissions.ts';
import type { MasterState } from '../../core/state.ts';
import { maintenanceStatusView, scheduleView } from '../../core/views/maintenance-view.ts';
import type { Answer } from '../answer.ts';
import { jsonAnswer, textAnswer } from '../answer.ts';
import type { Ask } from '../operator/outcome-answer.ts';
import { outcomeAnswer } from '../operator/outcome-answer.ts';
import type { MasterRequest, Route } from '../routes.ts';
import { readOr } from './read-or.ts';

type Transition = 'START_MAINTENANCE' | 'STOP_MAINTENANCE';

/** What the routes show and change. */
export type MaintenanceRoutesOptions = { readonly state: MasterState; readonly ask: Ask };

/** Has the core handle what the body says, or tells why it says nothing. */
async function change<T>(
  ask: Ask,
  request: MasterRequest,
  how: {
    readonly read: (text: string) => T;
    readonly needs: (value: T) => readonly Need[];
    readonly event: (id: string, value: T) => MasterEvent;
  },
): Promise<Answer> {
  const parsed = readOr(() => how.read(new TextDecoder().decode(request.body)));
  if ('problem' in parsed) return textAnswer(400, parsed.problem);
  const denied = request.denied(how.needs(parsed.value));
  if (denied !== undefined) return denied;
  return outcomeAnswer(await ask((id) => how.event(id, parsed.value)));
}

function readMachines(text: string): MachineID[] {
  const json = parseJson(text);
  if (!Array.isArray(json)) throw new SyntaxError('Expected a JSON array of machines');
  return json.map((entry) => fromJsonValue(MachineID, entry));
}

function machinesOf({ windows = [] }: MaintenanceSchedule): MachineID[] {
  return windows.flatMap(({ machine_ids }) => machine_ids ?? []);
}

function postSchedule(ask: Ask, request: MasterRequest): Promise<Answer> {
  return change(ask, request, {
    read: (text) => decodeJson(MaintenanceSchedule, text),
    needs: (schedule) => needsOnMachines('update_maintenance_schedules', machinesOf(schedule)),
    event: (id, schedule) => ({ type: 'UPDATE_SCHEDULE', request: id, schedule }),
  });
}

export function maintenanceRoutes({ state, ask }: MaintenanceRoutesOptions): Route[] {
  const common = { realm: 'mesos-master-readwrite', leaderOnly: true } as const;
  const show = (request: MasterRequest, value: unknown): Answer =>
    jsonAnswer(value, request.query.get('jsonp') ?? undefined);
  const transition = (path: string, type: Transition, action: Need['action']): Route => ({
    ...common,
    path,
    access: 'checked',
    methods: ['POST'],
    handle: (request) =>
      change(ask, request, {
        read: readMachines,
        needs: (machines) => needsOnMachines(action, machines),
        event: (id, machines) => ({ type, request: id, machines }),
      }),
  });
  return [
    {
      ...common,
      path: '/maintenance/schedule',
      access: 'checked',
      methods: ['GET', 'POST'],
      handle: (request) => {
        if (request.method === 'POST') return postSchedule(ask, request);
        const denied = request.denied([{ action: 'get_maintenance_schedules' }]);
        return denied ?? show(request, toJsonValue(MaintenanceSchedule, scheduleView(state)));
      },
    },
    {
      ...common,
      path: '/maintenance/status',
      access: [{ action: 'get_maintenance_statuses' }],
      methods: ['GET'],
      handle: (request) =>
        show(request, toJsonValue(MaintenanceClusterStatus, maintenanceStatusView(state))),
    },
    transition('/machine/down', 'START_MAINTENANCE', 'start_maintenances'),
    transition('/machine/up', 'STOP_MAINTENANCE', 'stop_maintenances'),
  ];
}
