/** Keeps web pages of other sites from using a server through the browser of somebody on this machine. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** What a request says about who sent it. */
export interface RequestOrigin {
  readonly headers: IncomingHttpHeaders;
  /** The server's end of the connection; undefined when there is none. */
  readonly localAddress: string | undefined;
}

/**
 * Why a request is refused; undefined when it is not. Programs other than browsers send no `Origin` and no
 * `Sec-Fetch-Site`. On loopback a host name with dots must be one of ours: a page may have had its own name
 * resolved to this machine, and then the browser takes the server for that page's site (DNS rebinding).
 */
export function crossSiteProblem(
  { headers, localAddress }: RequestOrigin,
  hostNames: readonly string[] = [],
): string | undefined {
  const host = nameOf(`http://${headers.host ?? ''}`);
  if (host !== undefined && isLoopback(localAddress) && !isOurs(host, hostNames)) {
    return `Cannot answer for host '${host}': this server listens on loopback; use its address, or name the host with --hostname`;
  }
  const { origin } = headers;
  if (origin !== undefined && nameOf(origin) !== host) {
    return `Cannot answer a page of '${origin}': pages of other sites may not use this server`;
  }
  const mode = headers['sec-fetch-mode'];
  if (headers['sec-fetch-site'] === 'cross-site' && mode !== 'navigate') {
    return 'Cannot answer a page of another site: such pages may only link to this server';
  }
  return undefined;
}

/** The host of a URL without its port; undefined when it has none, as in the origin `null`. */
function nameOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed === null || parsed.hostname === '' ? undefined : parsed.hostname.toLowerCase();
}

function isLoopback(address = ''): boolean {
  return /^(::ffff:)?127\./.test(address) || address === '::1';
}

/** Nobody can have a name without dots resolved for a browser. */
function isOurs(host: string, hostNames: readonly string[]): boolean {
  const bare = host.replace(/\.$/, '');
  if (isIP(bare.replace(/^\[|\]$/g, '')) !== 0 || !bare.includes('.')) return true;
  if (bare.endsWith('.localhost')) return true;
  return [hostname(), ...hostNames].some((name) => name.toLowerCase() === bare);
}
