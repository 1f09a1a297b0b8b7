/** Aligned tables without borders; columns are two spaces apart, so that `awk` and eyes both find them. */

/** One column: its head and whether it holds numbers. */
export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
}

/** The table as lines; no rows give only the head. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const heads = columns.map((column) => column.head.toUpperCase());
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return `${[heads, ...rows].map(line).join('\n')}\n`;
}
