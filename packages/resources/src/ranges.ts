/** Inclusive integer ranges: always sorted, disjoint and coalesced (1-2 and 3-4 become 1-4). */

/** Both ends belong to the range. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

export type Ranges = readonly Range[];

/** Sorts and joins ranges that touch or overlap; those with begin > end are dropped. */
export function coalesce(ranges: Ranges): Ranges {
  const sorted = ranges
    .filter((range) => range.begin <= range.end)
    .sort((left, right) => left.begin - right.begin);
  const result: Range[] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last !== undefined && range.begin <= last.end + 1) {
      if (range.end > last.end) result[result.length - 1] = { begin: last.begin, end: range.end };
    } else {
      result.push({ begin: range.begin, end: range.end });
    }
  }
  return result;
}

/** Every number of either. */
export function uniteRanges(left: Ranges, right: Ranges): Ranges {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  return coalesce([...left, ...right]);
}

/** The numbers of `left` that are not in `right`. */
export function subtractRanges(left: Ranges, right: Ranges): Ranges {
  const result: Range[] = [];
  let index = 0;
  for (const { begin, end } of left) {
    let from = begin;
    while (index < right.length && endOf(right, index) < from) index++;
    for (let at = index; at < right.length && beginOf(right, at) <= end; at++) {
      if (beginOf(right, at) > from) result.push({ begin: from, end: beginOf(right, at) - 1 });
      from = endOf(right, at) + 1;
    }
    if (from <= end) result.push({ begin: from, end });
  }
  return result;
}

/** True when every number of `right` is in `left`. */
export function containsRanges(left: Ranges, right: Ranges): boolean {
  let index = 0;
  for (const { begin, end } of right) {
    while (index < left.length && endOf(left, index) < begin) index++;
    if (index === left.length || beginOf(left, index) > begin || endOf(left, index) < end) {
      return false;
    }
  }
  return true;
}

/** How many numbers there are. */
export function countInRanges(ranges: Ranges): number {
  return ranges.reduce((sum, range) => sum + range.end - range.begin + 1, 0);
}

/** `[31000-31005, 31010-31010]`, the spelling of Mesos's legacy JSON. */
export function formatRanges(ranges: Ranges): string {
  return `[${ranges.map((range) => `${range.begin}-${range.end}`).join(', ')}]`;
}

function beginOf(ranges: Ranges, index: number): number {
  return ranges[index]?.begin ?? Number.POSITIVE_INFINITY;
}

function endOf(ranges: Ranges, index: number): number {
  return ranges[index]?.end ?? Number.POSITIVE_INFINITY;
}
