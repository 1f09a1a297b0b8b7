package dev.stoke.mesos;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads RecordIO: the length in decimal digits, a newline, that many bytes; again and again. */
final class RecordReader {
  private static final int MAX_RECORD_BYTES = 256 * 1024 * 1024;
  private static final int STEP_BYTES = 1024 * 1024;
  private final InputStream in;

  RecordReader(InputStream in) {
    this.in = in;
  }

  /** The next record, or null when the stream ended where a record may end. */
  byte[] next() throws IOException {
    int length = length();
    if (length < 0) return null;
    byte[] record = new byte[Math.min(length, STEP_BYTES)];
    int filled = 0;
    while (filled < length) {
      // Memory is taken as data arrives, so that a false length costs nothing.
      if (filled == record.length) record = java.util.Arrays.copyOf(record, (int) Math.min(length, record.length * 2L));
      int count = in.read(record, filled, record.length - filled);
      if (count < 0) throw new EOFException("the stream ended in the middle of a record");
      filled += count;
    }
    return record;
  }

  private int length() throws IOException {
    long length = 0;
    for (int digits = 0; ; digits++) {
      int c = in.read();
      if (c < 0 && digits == 0) return -1;
      if (c < 0) throw new EOFException("the stream ended in the length of a record");
      if (c == '\n' && digits > 0) return (int) length;
      if (c < '0' || c > '9') throw new IOException("malformed record: expected a length, got byte " + c);
      length = length * 10 + (c - '0');
      if (length > MAX_RECORD_BYTES) throw new IOException("malformed record: longer than " + MAX_RECORD_BYTES + " bytes");
    }
  }
}
