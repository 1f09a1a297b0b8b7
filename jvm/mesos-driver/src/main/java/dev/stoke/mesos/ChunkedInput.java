package dev.stoke.mesos;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Takes the chunk framing off a body. A connection that ends before the last chunk is an error. */
final class ChunkedInput extends InputStream {
  private static final int MAX_LINE_BYTES = 8 * 1024;
  private final InputStream in;
  private long left;
  private boolean first = true;
  private boolean ended;

  ChunkedInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) return 0;
    if (left == 0 && !ended) nextChunk();
    if (ended) return -1;
    int count = in.read(buffer, offset, (int) Math.min(left, length));
    if (count < 0) throw new EOFException("the connection was closed in the middle of a chunk");
    left -= count;
    return count;
  }

  private void nextChunk() throws IOException {
    int[] budget = {MAX_LINE_BYTES};
    if (!first && !HttpResponse.line(in, budget).isEmpty()) throw new IOException("a chunk is longer than it said");
    first = false;
    String line = HttpResponse.line(in, budget);
    int extension = line.indexOf(';');
    left = size((extension < 0 ? line : line.substring(0, extension)).trim());
    if (left > 0) return;
    ended = true;
    while (!HttpResponse.line(in, budget).isEmpty()) continue;
  }

  private static long size(String hex) throws IOException {
    try {
      long size = Long.parseLong(hex, 16);
      if (size >= 0) return size;
    } catch (NumberFormatException e) {
      throw new IOException("unreadable chunk size '" + hex + "'", e);
    }
    throw new IOException("negative chunk size '" + hex + "'");
  }
}
