package dev.stoke.mesos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the master string a framework was given: {@code h:p}, {@code h1:p,h2:p}, {@code https://h:p}, {@code
 * zk://user:pass@h1,h2/path}, or {@code file://} followed by the path of a file that holds one of these.
 */
final class MasterAddress {
  private static final int MAX_FILE_BYTES = 64 * 1024;

  private MasterAddress() {}

  /** A detector for the address, with the masters of the setting {@code masters} behind those given. */
  static MasterDetector detector(String master, Settings settings) {
    String address = master.trim();
    if (address.startsWith("file://")) address = readFile(address.substring("file://".length()));
    if (address.startsWith("zk://")) return ZooKeeperAddress.parse(address).open(settings);
    List<HttpTarget> targets = targets(address);
    String more = settings.text("masters");
    if (more != null) {
      for (HttpTarget target : targets(more)) {
        if (!targets.contains(target)) targets.add(target);
      }
    }
    return new RoundRobin(targets);
  }

  /** A comma separated list; a scheme holds for all the addresses after it that have none. */
  static List<HttpTarget> targets(String list) {
    List<HttpTarget> targets = new ArrayList<>();
    boolean secure = false;
    for (String item : list.split(",")) {
      if (item.trim().isEmpty()) continue;
      HttpTarget target = HttpTarget.parse(item, secure);
      secure = target.secure;
      targets.add(target);
    }
    if (targets.isEmpty()) throw new IllegalArgumentException("Expected the address of a master, got '" + list + "'");
    return targets;
  }

  private static String readFile(String path) {
    try {
      if (Files.size(Paths.get(path)) > MAX_FILE_BYTES) throw new IOException("the file is too large for an address");
      return new String(Files.readAllBytes(Paths.get(path)), StandardCharsets.UTF_8).trim();
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot read the master address from '" + path + "': " + e, e);
    }
  }

  /** A fixed list, one after the other. Used by one thread. */
  private static final class RoundRobin implements MasterDetector {
    private final List<HttpTarget> targets;
    private int turn;

    RoundRobin(List<HttpTarget> targets) {
      this.targets = targets;
    }

    @Override
    public HttpTarget next() {
      HttpTarget target = targets.get(turn);
      turn = (turn + 1) % targets.size();
      return target;
    }

    @Override
    public void close() {
      // A list holds nothing that needs closing.
    }
  }
}
