/** Where the scheduler API is: from an address people write, and from a redirect. */

const path = '/api/v1/scheduler';

/** The endpoint of a master given as `host:port` or `http(s)://host:port[/]`. */
export function schedulerUrl(master: string): string {
  const base = /^https?:\/\//.test(master) ? master : `http://${master}`;
  return new URL(path, base).href;
}

/**
 * The endpoint a redirect leads to. Mesos answers `//host:port/master/api/v1/scheduler`, without a
 * scheme; a Location without a path means the usual one.
 */
export function redirectedUrl(from: string, location: string): string {
  const url = new URL(location, from);
  return url.pathname === '/' ? new URL(path, url).href : url.href;
}
