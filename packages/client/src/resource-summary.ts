/** Resources as the legacy endpoints sum them up. */

/**
 * Amounts by resource name. `cpus`, `gpus`, `mem` (MiB) and `disk` (MiB) are always there as numbers;
 * ranges and sets are text such as `[31000-31005, 31010-31010]`.
 */
export interface ResourceSummary {
  readonly cpus: number;
  readonly gpus: number;
  readonly mem: number;
  readonly disk: number;
  readonly [name: string]: number | string;
}
