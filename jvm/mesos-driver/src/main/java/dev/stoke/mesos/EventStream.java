package dev.stoke.mesos;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps one subscription up: finds the daemon, subscribes, hands on each record, and begins again when the
 * stream breaks, with growing pauses, until it is closed, refused for good or out of time.
 */
final class EventStream {
  static final String PROTOBUF = "application/x-protobuf";
  private static final int MAX_REDIRECTS = 5;
  /** A stream that lived this long was a good one: the next attempt follows quickly. */
  private static final long GOOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** The driver behind the stream. Everything is called on the stream's thread, with no lock held. */
  interface Owner {
    /** The body of the next SUBSCRIBE call. */
    byte[] subscribe();

    /** One record. The owner calls {@link EventStream#opened} when it is the one that opens the session. */
    void record(byte[] record, Session session) throws IOException, InterruptedException;

    /** The session ended, or an attempt failed (then the session is null). False to give up. */
    boolean broken(Session ended, String reason);

    /** There is no point in another attempt. */
    void refused(String reason);
  }

  private final Owner owner;
  private final Dialer dialer;
  private final MasterDetector detector;
  private final String path;
  private final Backoff backoff;
  private final Thread thread;
  private volatile Session session;
  private volatile HttpConnection connection;
  private volatile boolean closed;
  private volatile String interruption;
  private long sessions;

  EventStream(Owner owner, Dialer dialer, MasterDetector detector, String path, Backoff backoff) {
    this.owner = owner;
    this.dialer = dialer;
    this.detector = detector;
    this.path = path;
    this.backoff = backoff;
    this.thread = new Thread(this::run, "stoke-mesos-stream");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** The session that calls may use, or null while there is none. */
  Session session() {
    return session;
  }

  /** Marks the session as open; a stream silent for longer than the limit counts as broken (0: no limit). */
  void opened(Session candidate, int silenceLimitMs) throws IOException {
    HttpConnection current = connection;
    if (current == null || closed) throw new IOException("the driver has stopped");
    current.readTimeout(silenceLimitMs);
    session = candidate;
  }

  /** Breaks the stream of this session, so that the driver subscribes anew. */
  void interrupt(Session ended, String reason) {
    HttpConnection current = connection;
    if (session != ended || current == null) return;
    interruption = reason;
    session = null;
    current.close();
  }

  void close() {
    closed = true;
    session = null;
    HttpConnection current = connection;
    if (current != null) current.close();
    thread.interrupt();
  }

  private void run() {
    HttpTarget hint = null;
    int redirects = 0;
    while (!closed) {
      Attempt attempt = attempt(hint);
      if (closed) return;
      if (attempt.refusal != null) {
        owner.refused(attempt.refusal);
        return;
      }
      hint = attempt.redirect;
      if (hint != null && ++redirects <= MAX_REDIRECTS) continue;
      redirects = 0;
      hint = null;
      if (!owner.broken(attempt.ended, attempt.reason == null ? "too many redirects" : attempt.reason) || closed) return;
      if (attempt.livedNanos > GOOD_NANOS) backoff.reset();
      pause();
    }
  }

  private void pause() {
    try {
      Thread.sleep(backoff.nextMs());
    } catch (InterruptedException e) {
      // Only close() interrupts this thread; the loop sees it by its flag.
      Log.DRIVER.debug("The pause before the next subscription was cut short");
    }
  }

  private Attempt attempt(HttpTarget hint) {
    Attempt attempt = new Attempt();
    try {
      HttpTarget target = hint != null ? hint : detector.next();
      HttpConnection fresh = dialer.prepare(target);
      connection = fresh;
      if (closed) fresh.close();
      fresh.connect();
      HttpResponse response = fresh.post(path, headers(), owner.subscribe());
      judge(attempt, target, response);
    } catch (IOException | RuntimeException e) {
      attempt.reason = e instanceof IOException ? String.valueOf(e.getMessage()) + " (" + e.getClass().getSimpleName() + ")" : e.toString();
    } catch (InterruptedException e) {
      attempt.reason = "interrupted";
    } finally {
      end(attempt);
    }
    return attempt;
  }

  private void end(Attempt attempt) {
    session = null;
    HttpConnection current = connection;
    connection = null;
    if (current != null) current.close();
    if (interruption != null) attempt.reason = interruption;
    interruption = null;
  }

  private void judge(Attempt attempt, HttpTarget target, HttpResponse response) throws IOException, InterruptedException {
    int status = response.status;
    if (status == 200) {
      if (!PROTOBUF.equals(response.header("content-type"))) {
        attempt.refusal = target + " answered with Content-Type '" + response.header("content-type") + "' instead of " + PROTOBUF;
        return;
      }
      read(attempt, response, new Session(++sessions, target, response.header("mesos-stream-id"), connection.peer()));
    } else if (status == 307 || status == 308 || status == 301 || status == 302) {
      attempt.redirect = target.redirectedTo(response.header("location"));
    } else if (status == 401 || status == 403) {
      attempt.refusal = target + " refused the subscription with " + status + " (check principal, secret and token): " + response.text();
    } else if (status == 501 || (status >= 400 && status < 500 && status != 408 && status != 429)) {
      attempt.refusal = target + " refused the subscription with " + status + ": " + response.text();
    } else {
      attempt.reason = target + " answered " + status + ": " + response.text();
    }
  }

  private void read(Attempt attempt, HttpResponse response, Session candidate) throws IOException, InterruptedException {
    RecordReader records = new RecordReader(response.body);
    long start = System.nanoTime();
    try {
      for (byte[] record = records.next(); record != null; record = records.next()) owner.record(record, candidate);
      attempt.reason = candidate.target + " ended the stream";
    } catch (java.net.SocketTimeoutException e) {
      throw new IOException("no heartbeat from " + candidate.target + " for too long", e);
    } finally {
      attempt.livedNanos = System.nanoTime() - start;
      if (session == candidate || interruption != null) attempt.ended = candidate;
    }
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", PROTOBUF);
    headers.put("Accept", PROTOBUF);
    return headers;
  }

  /** How one attempt to subscribe went. */
  private static final class Attempt {
    HttpTarget redirect;
    String refusal;
    String reason;
    Session ended;
    long livedNanos;
  }
}
