package dev.stoke.mesos;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends calls one after the other on a connection besides the stream. Handing it a call never waits. */
final class CallSender {
  private static final int MAX_CALLS = 65_536;
  private static final long MAX_BYTES = 256L * 1024 * 1024;
  private static final int MAX_ATTEMPTS = 6;
  /** Servers close idle connections; a young one is unlikely to be closed just now. */
  private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;
  private final EventStream stream;
  private final Dialer dialer;
  private final String path;
  private final Deque<OutgoingCall> waiting = new ArrayDeque<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread;
  private long waitingBytes;
  private boolean finishing;
  private volatile boolean closed;
  private volatile HttpConnection connection;
  private long idleSince;

  CallSender(EventStream stream, Dialer dialer, String path) {
    this.stream = stream;
    this.dialer = dialer;
    this.path = path;
    this.thread = new Thread(this::run, "stoke-mesos-calls");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Queues a call; one that finds no room is lost at once. */
  void send(OutgoingCall call) {
    if (!add(call)) call.lost.lost(OutgoingCall.Failure.NOT_SENT, "the driver has stopped, or too many calls wait to be sent");
  }

  /** Lets what is queued, and then the last call if there is one, go out; waits no longer than the limit. */
  boolean finish(OutgoingCall last, int timeoutMs) {
    if (last != null) add(last);
    synchronized (this) {
      finishing = true;
      notifyAll();
    }
    try {
      return ended.await(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      close();
    }
  }

  /** Drops everything, and breaks off the call that is being sent. */
  void close() {
    closed = true;
    synchronized (this) {
      finishing = true;
      waiting.clear();
      notifyAll();
    }
    HttpConnection current = connection;
    if (current != null) current.close();
  }

  private synchronized boolean add(OutgoingCall call) {
    if (finishing || waiting.size() >= MAX_CALLS || waitingBytes + call.body.length > MAX_BYTES) return false;
    waiting.addLast(call);
    waitingBytes += call.body.length;
    notifyAll();
    return true;
  }

  private void run() {
    try {
      for (OutgoingCall call = next(); call != null; call = next()) {
        try {
          deliver(call);
        } catch (RuntimeException e) {
          Log.DRIVER.error("Sending {} failed", call.name, e);
          call.lost.lost(OutgoingCall.Failure.UNKNOWN, e.toString());
        }
      }
    } catch (InterruptedException e) {
      Log.DRIVER.error("The sender thread was interrupted: no more calls will be sent", e);
    } finally {
      close();
      ended.countDown();
    }
  }

  private synchronized OutgoingCall next() throws InterruptedException {
    while (!finishing && waiting.isEmpty()) wait();
    if (waiting.isEmpty()) return null;
    OutgoingCall call = waiting.removeFirst();
    waitingBytes -= call.body.length;
    return call;
  }

  private void deliver(OutgoingCall call) throws InterruptedException {
    Backoff backoff = new Backoff(100, 3_000);
    for (int attempt = 1; ; attempt++) {
      Session session = stream.session();
      if (closed || session == null || (call.session != 0 && call.session != session.number)) {
        call.lost.lost(OutgoingCall.Failure.NOT_SENT, "the driver is not connected");
        return;
      }
      int status = attempt(call, session, attempt == MAX_ATTEMPTS);
      if (status != UNAVAILABLE && status != TOO_MANY) return;
      Thread.sleep(backoff.nextMs());
    }
  }

  /** Sends once. Unless this is the last attempt, an answer that asks to come again is left to the caller. */
  private int attempt(OutgoingCall call, Session session, boolean last) {
    boolean[] written = {false};
    try {
      HttpResponse response = post(call, session, written);
      String text = response.text();
      if (response.isReusable()) idleSince = System.nanoTime();
      else drop();
      if (response.isSuccess() || (!last && (response.status == UNAVAILABLE || response.status == TOO_MANY))) return response.status;
      refused(call, session, response.status, text);
      return 0;
    } catch (IOException e) {
      drop();
      Log.DRIVER.warn("Sending {} to {} failed: {}", call.name, session.target, e.toString());
      call.lost.lost(written[0] ? OutgoingCall.Failure.UNKNOWN : OutgoingCall.Failure.NOT_SENT, e.toString());
      return 0;
    }
  }

  private HttpResponse post(OutgoingCall call, Session session, boolean[] written) throws IOException {
    boolean reused = reuse(session.target);
    try {
      if (!reused) open(session.target);
      written[0] = true;
      return connection.post(path, headers(session), call.body);
    } catch (IOException e) {
      drop();
      if (!reused || !call.repeatable || closed) throw e;
      // The server may have closed the idle connection while the call was being written.
      open(session.target);
      return connection.post(path, headers(session), call.body);
    }
  }

  private void refused(OutgoingCall call, Session session, int status, String text) {
    Log.DRIVER.warn("{} refused {} with {}: {}", session.target, call.name, status, text);
    // Another master leads now, or this one does not know our stream: only a new subscription helps.
    if (status == 307 || status == 403) stream.interrupt(session, call.name + " was answered with " + status);
    call.lost.lost(failure(status), status + " " + text);
  }

  private static OutgoingCall.Failure failure(int status) {
    if (status == UNAVAILABLE || status == TOO_MANY || status == 403 || status < 400) return OutgoingCall.Failure.NOT_SENT;
    return status >= 500 ? OutgoingCall.Failure.UNKNOWN : OutgoingCall.Failure.REFUSED;
  }

  private boolean reuse(HttpTarget target) {
    HttpConnection current = connection;
    if (current == null) return false;
    if (current.target.equals(target) && System.nanoTime() - idleSince < MAX_IDLE_NANOS) return true;
    drop();
    return false;
  }

  private void open(HttpTarget target) throws IOException {
    HttpConnection fresh = dialer.prepare(target);
    connection = fresh;
    if (closed) fresh.close();
    fresh.connect();
  }

  private void drop() {
    HttpConnection current = connection;
    connection = null;
    if (current != null) current.close();
  }

  private static Map<String, String> headers(Session session) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", EventStream.PROTOBUF);
    if (session.streamId != null) headers.put("Mesos-Stream-Id", session.streamId);
    return headers;
  }
}
