package dev.stoke.mesos;

import java.io.IOException;
import java.util.Locale;

/** Where a daemon listens: scheme, host and port of a master or an agent. */
final class HttpTarget {
  static final int DEFAULT_PORT = 5050;
  final boolean secure;
  final String host;
  final int port;

  HttpTarget(boolean secure, String host, int port) {
    this.secure = secure;
    this.host = host;
    this.port = port;
  }

  /** Reads {@code [http://|https://]host[:port][/anything]}; IPv6 hosts stand in brackets. */
  static HttpTarget parse(String text, boolean secureByDefault) {
    String rest = text.trim();
    boolean secure = secureByDefault;
    String lower = rest.toLowerCase(Locale.ROOT);
    if (lower.startsWith("https://")) {
      secure = true;
      rest = rest.substring("https://".length());
    } else if (lower.startsWith("http://")) {
      secure = false;
      rest = rest.substring("http://".length());
    }
    int slash = rest.indexOf('/');
    if (slash >= 0) rest = rest.substring(0, slash);
    int colon = rest.lastIndexOf(':');
    boolean hasPort = colon > rest.lastIndexOf(']');
    String host = hasPort ? rest.substring(0, colon) : rest;
    if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
    if (!isHost(host)) throw unreadable(text);
    return new HttpTarget(secure, host, hasPort ? port(rest.substring(colon + 1), text) : DEFAULT_PORT);
  }

  /**
   * The leader that a redirect names. Mesos answers with {@code //host:port/path}, without a scheme: ours is
   * kept. A step down from https is refused, since credentials would follow it.
   */
  HttpTarget redirectedTo(String location) throws IOException {
    if (location == null || location.trim().isEmpty()) {
      throw new IOException("redirect from " + this + " carries no Location");
    }
    String text = location.trim();
    if (text.startsWith("/") && !text.startsWith("//")) return this;
    HttpTarget next;
    try {
      next = parse(text.startsWith("//") ? text.substring(2) : text, secure);
    } catch (IllegalArgumentException e) {
      throw new IOException("redirect from " + this + " to an unreadable address '" + text + "'", e);
    }
    if (secure && !next.secure) throw new IOException("redirect from " + this + " to " + next + " drops https");
    return next;
  }

  /** Host and port as the Host header wants them. */
  String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof HttpTarget)) return false;
    HttpTarget that = (HttpTarget) other;
    return secure == that.secure && port == that.port && host.equals(that.host);
  }

  @Override
  public int hashCode() {
    return host.hashCode() * 31 + port;
  }

  @Override
  public String toString() {
    return (secure ? "https://" : "http://") + authority();
  }

  private static boolean isHost(String host) {
    if (host.isEmpty()) return false;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c == '@' || c == '/' || c == '?' || c == '#' || c == 127) return false;
    }
    return true;
  }

  private static int port(String digits, String text) {
    try {
      int port = Integer.parseInt(digits);
      if (port > 0 && port < 65536) return port;
    } catch (NumberFormatException e) {
      throw unreadable(text);
    }
    throw unreadable(text);
  }

  private static IllegalArgumentException unreadable(String text) {
    return new IllegalArgumentException("Expected an address like 'host:5050' or 'https://host:5050', got '" + text + "'");
  }
}
