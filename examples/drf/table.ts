/** Who has what, as a table with the share of the resource each has most of. */
import type { Demand } from './greedy-framework.ts';

export interface Row {
  readonly name: string;
  /** Of one task. */
  readonly demand: Demand;
  readonly tasks: number;
  readonly used: Demand;
}

const widths = [9, 16, 6, 6, 8];

function line(cells: readonly (string | number)[]): string {
  const last = cells.at(-1) ?? '';
  return cells
    .slice(0, -1)
    .map((cell, at) =>
      at < 2 ? String(cell).padEnd(widths[at] ?? 0) : String(cell).padStart(widths[at] ?? 0),
    )
    .concat(`  ${last}`)
    .join(' ')
    .trimEnd();
}

function dominant({ used }: Row, total: Demand): string {
  const [cpus, mem] = [used.cpus / total.cpus, used.memMb / total.memMb];
  const share = `${(100 * Math.max(cpus, mem)).toFixed(2)} %`.padStart(8);
  if (cpus === 0 && mem === 0) return share;
  return `${share} of ${cpus >= mem ? 'cpus' : 'memory'}`;
}

/** One line for each framework between the head and the sums. */
export function renderTable(rows: readonly Row[], total: Demand): string {
  const sum = (amount: (row: Row) => number): number =>
    rows.reduce((all, row) => all + amount(row), 0);
  return [
    line(['framework', 'each task', 'tasks', 'cpus', 'MB', 'dominant share']),
    ...rows.map((row) => {
      const each = `${row.demand.cpus} cpu, ${row.demand.memMb} MB`;
      const { cpus, memMb } = row.used;
      return line([row.name, each, row.tasks, cpus, memMb, dominant(row, total)]);
    }),
    line([
      'used',
      '',
      sum(({ tasks }) => tasks),
      sum(({ used }) => used.cpus),
      sum(({ used }) => used.memMb),
      '',
    ]),
  ].join('\n');
}
