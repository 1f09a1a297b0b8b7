package dev.stoke.mesos;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ServerSocketFactory;
import org.apache.mesos.protobuf.MessageLite;

/** A master or an agent that does what a test tells it: streams events, records calls, answers as scripted. */
final class FakeDaemon implements Closeable {
  static final int WAIT_SECONDS = 15;
  static final byte[] ACCEPTED = head("202 Accepted", "Content-Length: 0");

  /** One request as it came in. */
  static final class Request {
    final String path;
    final Map<String, String> headers = new HashMap<>();
    final byte[] body;

    Request(String path, Map<String, String> headers, byte[] body) {
      this.path = path;
      this.headers.putAll(headers);
      this.body = body;
    }
  }

  /** An open answer to SUBSCRIBE. */
  static final class Stream {
    final Request request;
    private final Socket socket;
    private final OutputStream out;

    Stream(Request request, Socket socket) throws IOException {
      this.request = request;
      this.socket = socket;
      this.out = socket.getOutputStream();
    }

    void send(MessageLite event) throws IOException {
      raw(chunk(record(event.toByteArray())));
    }

    void raw(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    void end() throws IOException {
      raw("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    void cut() throws IOException {
      socket.close();
    }
  }

  private final ServerSocket server;
  private final Predicate<byte[]> isSubscribe;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();
  private final BlockingQueue<Request> calls = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> refusals = new LinkedBlockingQueue<>();
  private volatile boolean dead;
  volatile Function<Request, byte[]> callAnswer = request -> ACCEPTED;

  FakeDaemon(Predicate<byte[]> isSubscribe, ServerSocketFactory sockets) throws IOException {
    this.isSubscribe = isSubscribe;
    this.server = sockets.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    daemon(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  /** The next SUBSCRIBE that finds no refusal queued gets a stream. */
  void refuseNextSubscribe(byte[] answer) {
    refusals.add(answer);
  }

  Stream awaitStream() throws InterruptedException {
    return found(streams.poll(WAIT_SECONDS, TimeUnit.SECONDS), "no SUBSCRIBE came");
  }

  Request awaitCall() throws InterruptedException {
    return found(calls.poll(WAIT_SECONDS, TimeUnit.SECONDS), "no call came");
  }

  boolean hasCall() {
    return !calls.isEmpty();
  }

  /** Like kill -9: no goodbye on any connection, and new ones get nowhere. The port stays ours, though. */
  void die() throws IOException {
    dead = true;
    for (Socket socket : sockets) socket.close();
  }

  void comeBack() {
    dead = false;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) socket.close();
  }

  static byte[] head(String status, String... headers) {
    return ("HTTP/1.1 " + status + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] answer(String status, String text) {
    byte[] head = head(status, "Content-Type: text/plain; charset=utf-8", "Content-Length: " + text.length());
    return join(head, text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] record(byte[] payload) {
    return join((payload.length + "\n").getBytes(StandardCharsets.US_ASCII), payload);
  }

  static byte[] chunk(byte[] bytes) {
    byte[] start = (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    return join(join(start, bytes), new byte[] {'\r', '\n'});
  }

  static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(first, 0, first.length);
    joined.write(second, 0, second.length);
    return joined.toByteArray();
  }

  static <T> T found(T value, String otherwise) {
    if (value == null) throw new AssertionError(otherwise + " within " + WAIT_SECONDS + " s");
    return value;
  }

  static void daemon(Runnable run) {
    Thread thread = new Thread(run, "fake-daemon");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        if (dead) socket.close();
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      // The server was closed.
    }
  }

  private void serve(Socket socket) {
    try {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (Request request = read(in); request != null; request = read(in)) {
        if (!isSubscribe.test(request.body)) {
          byte[] answer = callAnswer.apply(request);
          if (answer == null) socket.close();
          else write(socket, answer);
          calls.add(request);
          continue;
        }
        byte[] refusal = refusals.poll();
        if (refusal != null) {
          write(socket, refusal);
          continue;
        }
        write(socket, head("200 OK", "Transfer-Encoding: chunked", "Content-Type: application/x-protobuf", "Mesos-Stream-Id: stream-" + socket.getPort()));
        streams.add(new Stream(request, socket));
      }
    } catch (IOException e) {
      // The driver closed the connection.
    }
  }

  private static void write(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  private static Request read(InputStream in) throws IOException {
    String first = line(in);
    if (first == null) return null;
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    byte[] body = new byte[Integer.parseInt(headers.get("content-length"))];
    for (int filled = 0; filled < body.length; ) {
      int count = in.read(body, filled, body.length - filled);
      if (count < 0) return null;
      filled += count;
    }
    return new Request(first.split(" ")[1], headers, body);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) return null;
      if (c != '\r') line.append((char) c);
    }
    return line.toString();
  }
}
