package dev.stoke.mesos;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

/** Chunks and records, however the network cuts them. */
class StreamFormatTest extends DriverTestBase {
  @Test
  void recordsMaySplitAnywhereAcrossChunksAndPackets() throws Exception {
    byte[] update = FakeDaemon.record(Fixtures.update("t-1", TaskState.TASK_RUNNING, "").toByteArray());
    FakeDaemon.Stream stream = register();
    for (int at = 1; at < update.length; at++) {
      byte[] first = FakeDaemon.chunk(Arrays.copyOfRange(update, 0, at));
      byte[] second = FakeDaemon.chunk(Arrays.copyOfRange(update, at, update.length));
      stream.raw(Arrays.copyOf(first, 1));
      stream.raw(Arrays.copyOfRange(first, 1, first.length));
      stream.raw(second);
      assertEquals("t-1", ((TaskStatus) scheduler.await("statusUpdate")).getTaskId().getValue());
    }
    stream.raw(FakeDaemon.chunk(FakeDaemon.join(update, update)));
    scheduler.await("statusUpdate");
    scheduler.await("statusUpdate");
  }

  @Test
  void chunkedInputReadsExtensionsAndTrailers() throws Exception {
    InputStream in = chunked("3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n");
    byte[] buffer = new byte[8];
    int filled = 0;
    for (int count = in.read(buffer, 0, 8); count >= 0; count = in.read(buffer, filled, 8 - filled)) filled += count;
    assertEquals("abcde", new String(buffer, 0, filled, StandardCharsets.US_ASCII));
    assertEquals(-1, in.read());
  }

  @Test
  void chunkedInputRefusesWhatIsNotAChunk() {
    for (String text : new String[] {"zz\r\nabc", "3\r\nabcX\r\n0\r\n\r\n", "3\r\nab", "-1\r\n", "5"}) {
      assertThrows(IOException.class, () -> drain(chunked(text)), text);
    }
  }

  @Test
  void recordReaderEndsBetweenRecordsOnly() throws Exception {
    RecordReader reader = new RecordReader(bytes("3\nabc0\n"));
    assertArrayEquals(new byte[] {'a', 'b', 'c'}, reader.next());
    assertEquals(0, reader.next().length);
    assertNull(reader.next());
    for (String text : new String[] {"3\nab", "3", "\n", "-3\nabc", "3 \nabc", "99999999999\n"}) {
      assertThrows(IOException.class, () -> new RecordReader(bytes(text)).next(), text);
    }
  }

  @Test
  void recordReaderTakesRecordsLargerThanItsSteps() throws Exception {
    byte[] large = new byte[5 * 1024 * 1024 + 1];
    Arrays.fill(large, (byte) 7);
    RecordReader reader = new RecordReader(new ByteArrayInputStream(FakeDaemon.record(large)));
    assertArrayEquals(large, reader.next());
    assertNull(reader.next());
  }

  @Test
  void responseOfAnotherProtocolIsRefusedWithAHint() {
    IOException refusal = assertThrows(IOException.class, () -> HttpResponse.read(bytes("SSH-2.0-OpenSSH\r\n")));
    assertTrue(refusal.getMessage().contains("right port"), refusal.getMessage());
  }

  @Test
  void recordingOfARealMasterIsFollowedAndAcknowledged() throws Exception {
    byte[] recorded = Fixtures.resource("scheduler/00-subscribe.stream");
    // Without its last chunk: the session must live until the acknowledgements are out.
    master.refuseNextSubscribe(Arrays.copyOf(recorded, recorded.length - "0\r\n\r\n".length()));
    start();
    scheduler.await("registered");
    // The two offers, then the life of one task; later offers were made to the framework that recorded it.
    assertEquals(2, ((java.util.List<?>) scheduler.await("resourceOffers")).size());
    for (String number : new String[] {"02", "03", "04"}) {
      Call expected = Fixtures.call(Fixtures.recordedBody("scheduler/" + number + "-acknowledge.request"));
      assertEquals(expected, nextCall(Call.Type.ACKNOWLEDGE));
    }
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static InputStream chunked(String text) {
    return new ChunkedInput(bytes(text));
  }

  private static void drain(InputStream in) throws IOException {
    while (in.read() >= 0) continue;
  }
}
