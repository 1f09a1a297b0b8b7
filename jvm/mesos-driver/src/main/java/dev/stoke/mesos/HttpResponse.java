package dev.stoke.mesos;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The head of an HTTP answer and a stream of its body. */
final class HttpResponse {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_TEXT_BYTES = 64 * 1024;
  final int status;
  final InputStream body;
  private final Map<String, String> headers;
  private final boolean reusable;

  private HttpResponse(int status, Map<String, String> headers, InputStream raw) throws IOException {
    this.status = status;
    this.headers = headers;
    String length = headers.get("content-length");
    boolean chunked = "chunked".equalsIgnoreCase(headers.get("transfer-encoding"));
    boolean framed = chunked || length != null || status == 204;
    this.body = chunked ? new ChunkedInput(raw) : framed ? new FixedInput(raw, length(length)) : raw;
    this.reusable = framed && !"close".equalsIgnoreCase(headers.get("connection"));
  }

  static HttpResponse read(InputStream in) throws IOException {
    while (true) {
      int[] budget = {MAX_HEAD_BYTES};
      int status = status(line(in, budget));
      Map<String, String> headers = new HashMap<>();
      for (String line = line(in, budget); !line.isEmpty(); line = line(in, budget)) {
        int colon = line.indexOf(':');
        if (colon > 0) headers.put(line.substring(0, colon).trim().toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
      }
      if (status >= 200) return new HttpResponse(status, headers, in);
    }
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  String header(String lowerCaseName) {
    return headers.get(lowerCaseName);
  }

  /** The start of the body, for messages; reads to the end when that is not too far away. */
  String text() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    while (bytes.size() < MAX_TEXT_BYTES) {
      int count = body.read(buffer);
      if (count < 0) break;
      bytes.write(buffer, 0, count);
    }
    String text = new String(bytes.toByteArray(), StandardCharsets.UTF_8).trim();
    return text.length() > 500 ? text.substring(0, 500) + "..." : text;
  }

  /** Whether the connection can carry another request, after the body was read to its end. */
  boolean isReusable() throws IOException {
    return reusable && body.read() < 0;
  }

  static String line(InputStream in, int[] budget) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0) throw new EOFException("the connection was closed before the answer was complete");
      if (--budget[0] < 0) throw new IOException("the head of the answer is too long");
      if (c == '\n') break;
      line.append((char) c);
    }
    int length = line.length();
    if (length > 0 && line.charAt(length - 1) == '\r') line.setLength(length - 1);
    return line.toString();
  }

  private static int status(String line) throws IOException {
    if (line.startsWith("HTTP/1.") && line.length() >= 12) {
      try {
        return Integer.parseInt(line.substring(9, 12));
      } catch (NumberFormatException e) {
        throw new IOException("the answer is not HTTP: '" + line.substring(0, 12) + "'", e);
      }
    }
    throw new IOException("the answer is not HTTP/1.x: is this the right port, and the right one of http and https?");
  }

  private static long length(String text) throws IOException {
    if (text == null) return 0;
    try {
      long length = Long.parseLong(text);
      if (length >= 0) return length;
    } catch (NumberFormatException e) {
      throw new IOException("unreadable Content-Length '" + text + "'", e);
    }
    throw new IOException("negative Content-Length '" + text + "'");
  }

  /** A body of known length. */
  private static final class FixedInput extends InputStream {
    private final InputStream in;
    private long left;

    FixedInput(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) return -1;
      int count = in.read(buffer, offset, (int) Math.min(left, length));
      if (count < 0) throw new EOFException("the connection was closed before the body was complete");
      left -= count;
      return count;
    }
  }
}
