package dev.stoke.mesos;

import java.io.IOException;
import javax.net.ssl.SSLSocketFactory;

/** How connections are made: time limits, TLS and the Authorization header. Safe for several threads. */
final class Dialer {
  final int connectTimeoutMs;
  final int callTimeoutMs;
  final Authorization authorization;
  private final String caFile;
  private SSLSocketFactory tls;

  Dialer(Settings settings, Authorization authorization) {
    this.caFile = settings.text("ca.file");
    this.authorization = authorization;
    this.connectTimeoutMs = settings.millis("connect.timeout.ms", 5_000);
    this.callTimeoutMs = settings.millis("call.timeout.ms", 15_000);
  }

  /** A connection that is not open yet, so that another thread can close it at any time. */
  HttpConnection prepare(HttpTarget target) {
    return new HttpConnection(target, this);
  }

  synchronized SSLSocketFactory tls() throws IOException {
    if (tls == null) tls = Tls.socketFactory(caFile);
    return tls;
  }
}
