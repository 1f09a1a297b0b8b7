package dev.stoke.mesos;

import java.io.Closeable;
import java.io.IOException;

/** Says where to look for the leading master. */
interface MasterDetector extends Closeable {
  /**
   * The next address worth a try. It need not be the leader's own: masters redirect.
   *
   * @throws IOException when none is known at the moment; the caller tries again later
   */
  HttpTarget next() throws IOException;

  @Override
  void close();
}
