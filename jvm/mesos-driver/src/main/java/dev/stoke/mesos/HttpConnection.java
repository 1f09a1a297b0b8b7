package dev.stoke.mesos;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One HTTP/1.1 connection over a socket of our own. Java's HttpURLConnection is no alternative: its disconnect
 * waits for whoever reads the stream, so a driver could not be stopped. Used by one thread, closed by any.
 */
final class HttpConnection implements Closeable {
  final HttpTarget target;
  private final Dialer dialer;
  private final Socket raw = new Socket();
  private Socket socket = raw;
  private InputStream in;
  private OutputStream out;

  HttpConnection(HttpTarget target, Dialer dialer) {
    this.target = target;
    this.dialer = dialer;
  }

  void connect() throws IOException {
    raw.setTcpNoDelay(true);
    raw.setKeepAlive(true);
    raw.connect(new InetSocketAddress(InetAddress.getByName(target.host), target.port), dialer.connectTimeoutMs);
    // On loopback, TCP may join a socket to itself when nobody listens on a port of the ephemeral range; kept
    // open, it would also take the port away from the daemon that wants to come back.
    if (raw.getLocalSocketAddress().equals(raw.getRemoteSocketAddress())) throw new ConnectException("Connection refused");
    raw.setSoTimeout(dialer.callTimeoutMs);
    if (target.secure) socket = secured();
    in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    out = socket.getOutputStream();
  }

  /** Writes one request and reads the head of its answer. */
  HttpResponse post(String path, Map<String, String> headers, byte[] body) throws IOException {
    byte[] head = head(path, headers, body.length).getBytes(StandardCharsets.ISO_8859_1);
    byte[] request = new byte[head.length + body.length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    out.write(request);
    out.flush();
    return HttpResponse.read(in);
  }

  /** How long a read may wait; 0 means for ever (a stream whose peer keeps silent by right). */
  void readTimeout(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  /** The peer's address, once connected. */
  InetAddress peer() {
    return raw.getInetAddress();
  }

  /** Closes the socket under any TLS layer, which frees a reader at once and never waits. */
  @Override
  public void close() {
    try {
      raw.close();
    } catch (IOException e) {
      Log.DRIVER.debug("Closing the connection to {} failed: {}", target, e.toString());
    }
  }

  private Socket secured() throws IOException {
    SSLSocket secured = (SSLSocket) dialer.tls().createSocket(raw, target.host, target.port, true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  private String head(String path, Map<String, String> headers, int length) throws IOException {
    StringBuilder head = new StringBuilder(512);
    head.append("POST ").append(path).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(target.authority()).append("\r\n");
    for (Map.Entry<String, String> header : headers.entrySet()) append(head, header.getKey(), header.getValue());
    String authorization = dialer.authorization.header();
    if (authorization != null) append(head, "Authorization", authorization);
    return head.append("Content-Length: ").append(length).append("\r\n\r\n").toString();
  }

  private static void append(StringBuilder head, String name, String value) throws IOException {
    if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
      throw new IOException("the value for the header " + name + " holds a line break");
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }
}
